/**
 * A reader of protobuf that reads a bounded number of fields.
 *
 * The fault: two bytes of a message can become an object of 200, so a frame within its limit of bytes can exhaust the
 * memory while it is decoded. Noticed by "a frame of many small messages ..." in `test/stream-sfu/Limits.long.test.ts`.
 */
import $protobuf from "protobufjs/minimal.js"

/** Of a frame. A join response with 1,000 people, each with every field and 20 entries of custom data, has about 100,000. */
const maxFields = 400_000

export class BoundedReader extends $protobuf.Reader {
  #fields = 0

  #count(fields: number): void {
    this.#fields += fields
    if (this.#fields > maxFields) throw new Error(`more than ${maxFields} fields`)
  }

  /** The number and wire type of each field. */
  override tag(): number {
    this.#count(1)
    return super.tag()
  }

  /** The elements of a repeated enum. */
  override int32s(array?: Array<number>): Array<number> {
    const before = array?.length ?? 0
    const elements = super.int32s(array)
    this.#count(elements.length - before)
    return elements
  }
}
