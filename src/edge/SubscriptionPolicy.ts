/**
 * Which publications the edge receives.
 *
 * @stability stable
 * @since 0.1.0
 */
import type { TrackKey } from "../Track.ts"
import type { Subscription } from "./SfuClient.ts"

/**
 * Whether to receive a publication; for video also in which size, in pixels. `true`: video in `videoDimension` of the
 * options. Has to return the same for the same key until another policy replaces it: it is asked at every change of the
 * publication.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type SubscriptionPolicy = (key: TrackKey) => boolean | NonNullable<Subscription["dimension"]>
