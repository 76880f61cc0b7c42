/** The datagram with one bit changed, in the byte at the index. A negative one counts from the end. */
export const forge = (datagram: Buffer, at: number): Buffer => {
  const forged = Buffer.from(datagram)
  forged[at < 0 ? forged.length + at : at]! ^= 1
  return forged
}
