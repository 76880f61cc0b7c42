/**
 * The size of the tiles, in pixels.
 */

/** A face in a smaller tile cannot be recognized; the list scrolls instead. */
const smallest = { width: 140, height: 104 }

/**
 * The largest tiles of an acceptable shape that fit without scrolling. If none fit, the tiles that scroll least.
 */
export const tileSize = (
  count: number,
  width: number,
  height: number,
  gap: number
): readonly [width: number, height: number] => {
  let best: readonly [number, number] = [0, 0]
  let leastOverflow = Infinity
  const slimmest = width > 640 ? 4 / 3 : 4 / 5
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const cell = (width - gap * (columns - 1)) / columns
    if (columns > 1 && cell < smallest.width) break
    const row = Math.max((height - gap * (rows - 1)) / rows, smallest.height)
    const [tileWidth, tileHeight] = [Math.min(cell, row * 16 / 9), Math.min(row, cell / slimmest)]
    const overflow = Math.max(0, rows * tileHeight + gap * (rows - 1) - height)
    const isSmaller = tileWidth * tileHeight <= best[0] * best[1]
    if (overflow > leastOverflow || (overflow === leastOverflow && isSmaller)) continue
    leastOverflow = overflow
    best = [tileWidth, tileHeight]
  }
  return [Math.floor(best[0]), Math.floor(best[1])]
}
