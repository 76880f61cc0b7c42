import { defineConfig } from "vitepress"
import { anchorOf } from "./anchors.ts"
import { repositoryLinks } from "./links.ts"
import * as Llms from "./llms.ts"
import { excluded, pageOf } from "./pages.ts"
import { repository } from "./repository.ts"
import { sidebar } from "./sidebar.ts"

const title = "effect-track-resolver"
const description = "Whose track is this? Pairs WebRTC's remote tracks with the SFU's publications."

export default defineConfig({
  title,
  description,
  srcDir: "..",
  srcExclude: excluded,
  rewrites: (file) => pageOf(file) ?? file,
  cleanUrls: true,
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  buildEnd: ({ outDir }) => Llms.writeTo(outDir, title, description, sidebar),
  markdown: {
    anchor: { slugify: anchorOf },
    config: repositoryLinks
  },
  themeConfig: {
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Guides", link: "/listening" },
      { text: "Laws", link: "/laws" },
      { text: "API", link: "/api/effect-track-resolver/" }
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: repository }]
  }
})
