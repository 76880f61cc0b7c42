import { existsSync, readFileSync } from "node:fs"
import type { DefaultTheme } from "vitepress"

const group = (text: string, pages: Readonly<Record<string, string>>): DefaultTheme.SidebarItem => ({
  text,
  items: Object.entries(pages).map(([text, page]) => ({ text, link: page === "index" ? "/" : `/${page}` }))
})

/** The pages that are written by hand. */
export const written: ReadonlyArray<DefaultTheme.SidebarItem> = [
  group("Start", {
    "Home": "index",
    "Quick start": "quick-start",
    "Overview": "overview"
  }),
  group("Guides", {
    "Listening": "listening",
    "Hearing": "hearing",
    "Seeing": "seeing",
    "Speaking": "speaking",
    "Recording": "recording",
    "Moderating": "moderating",
    "Reconnecting": "reconnecting",
    "Traces": "traces",
    "Testing without an SFU": "testing",
    "A fleet of agents": "fleet",
    "Bring your own SFU": "bring-your-own-sfu",
    "Coming from Python": "coming-from-python",
    "Troubleshooting": "troubleshooting"
  }),
  group("Packages for tests", {
    "effect-explore": "explore",
    "Loopback SFU": "loopback"
  }),
  group("Reference", {
    "Errors": "errors",
    "Laws": "laws",
    "Figures": "figures",
    "Versions": "versions",
    "Decisions": "decisions",
    "Security": "security",
    "Audio codecs and speech": "audio-codecs",
    "Faults of werift": "upstream-werift",
    "Faults of Effect": "upstream-effect",
    "How it is tested": "how-it-is-tested",
    "What happens elsewhere": "in-the-field",
    "Track record": "track-record"
  }),
  group("Project", {
    "Architecture": "architecture",
    "Contributing": "contributing",
    "Changelog": "changelog"
  })
]

/** Written by `scripts/api.ts`. */
const generated = "docs/api/sidebar.json"

export const sidebar: Array<DefaultTheme.SidebarItem> = [
  ...written,
  ...(existsSync(generated) ? [{ text: "API", items: JSON.parse(readFileSync(generated, "utf8")) }] : [])
]
