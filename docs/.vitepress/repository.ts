/** Where a link leads that has no page on the site. */
export const repository = "https://github.com/effect-track-resolver/effect-track-resolver"
