/** The anchor of a heading, as GitHub makes it: a link to a heading works there and on the site. */
export const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")
