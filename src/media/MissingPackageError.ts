/**
 * A package that this library does not depend on, and that a part of it needs.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * An optional package is not installed, or cannot be loaded on this platform. The message says how to install it.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class MissingPackageError extends Schema.TaggedError<MissingPackageError>()("MissingPackageError", {
  /** Its name in npm. */
  package: Schema.String,
  /** What the import failed with. */
  detail: Schema.String
}) {
  override get message(): string {
    return `the package ${this.package} cannot be loaded: ${this.detail}. Install it with: npm install ${this.package}`
  }
}
