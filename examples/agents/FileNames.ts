/**
 * Names of files from names of people. Ids and names come from peers: the name of a file must not name another folder, another
 * person's file, or be too long for the file system.
 */

/** Letters, digits and signs that no file system gives a meaning. */
const unsafe = /[^\p{L}\p{N}_-]+/gu

const longest = 40

/**
 * Gives each key a name, the same one every time. Two keys never have the same one.
 */
export const make = (): (key: string, wanted: string) => string => {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  return (key, wanted) => {
    const known = names.get(key)
    if (known !== undefined) return known
    const letters = Array.from(wanted.replace(unsafe, "-"))
    const base = letters.slice(0, longest).join("") || "unnamed"
    let name = base
    // Some file systems take `Alice` and `alice` for one name, and composed letters for decomposed ones.
    const fold = (name: string) => name.normalize("NFKC").toLowerCase()
    for (let count = 2; taken.has(fold(name)); count++) name = `${base}-${count}`
    taken.add(fold(name))
    names.set(key, name)
    return name
  }
}
