import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace stream. */
export namespace stream {

    /** Namespace video. */
    namespace video {

        /** Namespace sfu. */
        namespace sfu {

            /** Namespace event. */
            namespace event {

                /**
                 * Properties of a SfuEvent.
                 * @deprecated Use stream.video.sfu.event.SfuEvent.$Properties instead.
                 */
                interface ISfuEvent extends stream.video.sfu.event.SfuEvent.$Properties {
                }

                /** Represents a SfuEvent. */
                class SfuEvent {

                    /**
                     * Constructs a new SfuEvent.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.SfuEvent.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SfuEvent subscriberOffer. */
                    subscriberOffer?: (stream.video.sfu.event.SubscriberOffer.$Properties|null);

                    /** SfuEvent publisherAnswer. */
                    publisherAnswer?: (stream.video.sfu.event.PublisherAnswer.$Properties|null);

                    /** SfuEvent connectionQualityChanged. */
                    connectionQualityChanged?: (stream.video.sfu.event.ConnectionQualityChanged.$Properties|null);

                    /** SfuEvent audioLevelChanged. */
                    audioLevelChanged?: (stream.video.sfu.event.AudioLevelChanged.$Properties|null);

                    /** SfuEvent iceTrickle. */
                    iceTrickle?: (stream.video.sfu.models.ICETrickle.$Properties|null);

                    /** SfuEvent changePublishQuality. */
                    changePublishQuality?: (stream.video.sfu.event.ChangePublishQuality.$Properties|null);

                    /** SfuEvent participantJoined. */
                    participantJoined?: (stream.video.sfu.event.ParticipantJoined.$Properties|null);

                    /** SfuEvent participantLeft. */
                    participantLeft?: (stream.video.sfu.event.ParticipantLeft.$Properties|null);

                    /** SfuEvent dominantSpeakerChanged. */
                    dominantSpeakerChanged?: (stream.video.sfu.event.DominantSpeakerChanged.$Properties|null);

                    /** SfuEvent joinResponse. */
                    joinResponse?: (stream.video.sfu.event.JoinResponse.$Properties|null);

                    /** SfuEvent healthCheckResponse. */
                    healthCheckResponse?: (stream.video.sfu.event.HealthCheckResponse.$Properties|null);

                    /** SfuEvent trackPublished. */
                    trackPublished?: (stream.video.sfu.event.TrackPublished.$Properties|null);

                    /** SfuEvent trackUnpublished. */
                    trackUnpublished?: (stream.video.sfu.event.TrackUnpublished.$Properties|null);

                    /** SfuEvent error. */
                    error?: (stream.video.sfu.event.Error.$Properties|null);

                    /** SfuEvent callGrantsUpdated. */
                    callGrantsUpdated?: (stream.video.sfu.event.CallGrantsUpdated.$Properties|null);

                    /** SfuEvent goAway. */
                    goAway?: (stream.video.sfu.event.GoAway.$Properties|null);

                    /** SfuEvent iceRestart. */
                    iceRestart?: (stream.video.sfu.event.ICERestart.$Properties|null);

                    /** SfuEvent pinsUpdated. */
                    pinsUpdated?: (stream.video.sfu.event.PinsChanged.$Properties|null);

                    /** SfuEvent callEnded. */
                    callEnded?: (stream.video.sfu.event.CallEnded.$Properties|null);

                    /** SfuEvent participantUpdated. */
                    participantUpdated?: (stream.video.sfu.event.ParticipantUpdated.$Properties|null);

                    /** SfuEvent participantMigrationComplete. */
                    participantMigrationComplete?: (stream.video.sfu.event.ParticipantMigrationComplete.$Properties|null);

                    /** SfuEvent changePublishOptions. */
                    changePublishOptions?: (stream.video.sfu.event.ChangePublishOptions.$Properties|null);

                    /** SfuEvent inboundStateNotification. */
                    inboundStateNotification?: (stream.video.sfu.event.InboundStateNotification.$Properties|null);

                    /** SfuEvent eventPayload. */
                    eventPayload?: ("subscriberOffer"|"publisherAnswer"|"connectionQualityChanged"|"audioLevelChanged"|"iceTrickle"|"changePublishQuality"|"participantJoined"|"participantLeft"|"dominantSpeakerChanged"|"joinResponse"|"healthCheckResponse"|"trackPublished"|"trackUnpublished"|"error"|"callGrantsUpdated"|"goAway"|"iceRestart"|"pinsUpdated"|"callEnded"|"participantUpdated"|"participantMigrationComplete"|"changePublishOptions"|"inboundStateNotification");

                    /**
                     * Encodes the specified SfuEvent message. Does not implicitly {@link stream.video.sfu.event.SfuEvent.verify|verify} messages.
                     * @param message SfuEvent message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.SfuEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SfuEvent message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.SfuEvent & stream.video.sfu.event.SfuEvent.$Shape} SfuEvent
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.SfuEvent & stream.video.sfu.event.SfuEvent.$Shape;
                }

                namespace SfuEvent {

                    /** Properties of a SfuEvent. */
                    interface $Properties {

                        /** SfuEvent subscriberOffer */
                        subscriberOffer?: (stream.video.sfu.event.SubscriberOffer.$Properties|null);

                        /** SfuEvent publisherAnswer */
                        publisherAnswer?: (stream.video.sfu.event.PublisherAnswer.$Properties|null);

                        /** SfuEvent connectionQualityChanged */
                        connectionQualityChanged?: (stream.video.sfu.event.ConnectionQualityChanged.$Properties|null);

                        /** SfuEvent audioLevelChanged */
                        audioLevelChanged?: (stream.video.sfu.event.AudioLevelChanged.$Properties|null);

                        /** SfuEvent iceTrickle */
                        iceTrickle?: (stream.video.sfu.models.ICETrickle.$Properties|null);

                        /** SfuEvent changePublishQuality */
                        changePublishQuality?: (stream.video.sfu.event.ChangePublishQuality.$Properties|null);

                        /** SfuEvent participantJoined */
                        participantJoined?: (stream.video.sfu.event.ParticipantJoined.$Properties|null);

                        /** SfuEvent participantLeft */
                        participantLeft?: (stream.video.sfu.event.ParticipantLeft.$Properties|null);

                        /** SfuEvent dominantSpeakerChanged */
                        dominantSpeakerChanged?: (stream.video.sfu.event.DominantSpeakerChanged.$Properties|null);

                        /** SfuEvent joinResponse */
                        joinResponse?: (stream.video.sfu.event.JoinResponse.$Properties|null);

                        /** SfuEvent healthCheckResponse */
                        healthCheckResponse?: (stream.video.sfu.event.HealthCheckResponse.$Properties|null);

                        /** SfuEvent trackPublished */
                        trackPublished?: (stream.video.sfu.event.TrackPublished.$Properties|null);

                        /** SfuEvent trackUnpublished */
                        trackUnpublished?: (stream.video.sfu.event.TrackUnpublished.$Properties|null);

                        /** SfuEvent error */
                        error?: (stream.video.sfu.event.Error.$Properties|null);

                        /** SfuEvent callGrantsUpdated */
                        callGrantsUpdated?: (stream.video.sfu.event.CallGrantsUpdated.$Properties|null);

                        /** SfuEvent goAway */
                        goAway?: (stream.video.sfu.event.GoAway.$Properties|null);

                        /** SfuEvent iceRestart */
                        iceRestart?: (stream.video.sfu.event.ICERestart.$Properties|null);

                        /** SfuEvent pinsUpdated */
                        pinsUpdated?: (stream.video.sfu.event.PinsChanged.$Properties|null);

                        /** SfuEvent callEnded */
                        callEnded?: (stream.video.sfu.event.CallEnded.$Properties|null);

                        /** SfuEvent participantUpdated */
                        participantUpdated?: (stream.video.sfu.event.ParticipantUpdated.$Properties|null);

                        /** SfuEvent participantMigrationComplete */
                        participantMigrationComplete?: (stream.video.sfu.event.ParticipantMigrationComplete.$Properties|null);

                        /** SfuEvent changePublishOptions */
                        changePublishOptions?: (stream.video.sfu.event.ChangePublishOptions.$Properties|null);

                        /** SfuEvent inboundStateNotification */
                        inboundStateNotification?: (stream.video.sfu.event.InboundStateNotification.$Properties|null);

                        /** SfuEvent eventPayload */
                        eventPayload?: ("subscriberOffer"|"publisherAnswer"|"connectionQualityChanged"|"audioLevelChanged"|"iceTrickle"|"changePublishQuality"|"participantJoined"|"participantLeft"|"dominantSpeakerChanged"|"joinResponse"|"healthCheckResponse"|"trackPublished"|"trackUnpublished"|"error"|"callGrantsUpdated"|"goAway"|"iceRestart"|"pinsUpdated"|"callEnded"|"participantUpdated"|"participantMigrationComplete"|"changePublishOptions"|"inboundStateNotification");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of a SfuEvent. */
                    type $Shape = {
                      subscriberOffer?: stream.video.sfu.event.SubscriberOffer.$Shape|null;
                      publisherAnswer?: stream.video.sfu.event.PublisherAnswer.$Shape|null;
                      connectionQualityChanged?: stream.video.sfu.event.ConnectionQualityChanged.$Shape|null;
                      audioLevelChanged?: stream.video.sfu.event.AudioLevelChanged.$Shape|null;
                      iceTrickle?: stream.video.sfu.models.ICETrickle.$Shape|null;
                      changePublishQuality?: stream.video.sfu.event.ChangePublishQuality.$Shape|null;
                      participantJoined?: stream.video.sfu.event.ParticipantJoined.$Shape|null;
                      participantLeft?: stream.video.sfu.event.ParticipantLeft.$Shape|null;
                      dominantSpeakerChanged?: stream.video.sfu.event.DominantSpeakerChanged.$Shape|null;
                      joinResponse?: stream.video.sfu.event.JoinResponse.$Shape|null;
                      healthCheckResponse?: stream.video.sfu.event.HealthCheckResponse.$Shape|null;
                      trackPublished?: stream.video.sfu.event.TrackPublished.$Shape|null;
                      trackUnpublished?: stream.video.sfu.event.TrackUnpublished.$Shape|null;
                      error?: stream.video.sfu.event.Error.$Shape|null;
                      callGrantsUpdated?: stream.video.sfu.event.CallGrantsUpdated.$Shape|null;
                      goAway?: stream.video.sfu.event.GoAway.$Shape|null;
                      iceRestart?: stream.video.sfu.event.ICERestart.$Shape|null;
                      pinsUpdated?: stream.video.sfu.event.PinsChanged.$Shape|null;
                      callEnded?: stream.video.sfu.event.CallEnded.$Shape|null;
                      participantUpdated?: stream.video.sfu.event.ParticipantUpdated.$Shape|null;
                      participantMigrationComplete?: stream.video.sfu.event.ParticipantMigrationComplete.$Shape|null;
                      changePublishOptions?: stream.video.sfu.event.ChangePublishOptions.$Shape|null;
                      inboundStateNotification?: stream.video.sfu.event.InboundStateNotification.$Shape|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ eventPayload?: undefined; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "subscriberOffer"; subscriberOffer: stream.video.sfu.event.SubscriberOffer.$Shape; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "publisherAnswer"; subscriberOffer?: null; publisherAnswer: stream.video.sfu.event.PublisherAnswer.$Shape; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "connectionQualityChanged"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged: stream.video.sfu.event.ConnectionQualityChanged.$Shape; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "audioLevelChanged"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged: stream.video.sfu.event.AudioLevelChanged.$Shape; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "iceTrickle"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle: stream.video.sfu.models.ICETrickle.$Shape; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "changePublishQuality"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality: stream.video.sfu.event.ChangePublishQuality.$Shape; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "participantJoined"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined: stream.video.sfu.event.ParticipantJoined.$Shape; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "participantLeft"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft: stream.video.sfu.event.ParticipantLeft.$Shape; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "dominantSpeakerChanged"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged: stream.video.sfu.event.DominantSpeakerChanged.$Shape; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "joinResponse"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse: stream.video.sfu.event.JoinResponse.$Shape; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "healthCheckResponse"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse: stream.video.sfu.event.HealthCheckResponse.$Shape; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "trackPublished"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished: stream.video.sfu.event.TrackPublished.$Shape; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "trackUnpublished"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished: stream.video.sfu.event.TrackUnpublished.$Shape; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "error"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error: stream.video.sfu.event.Error.$Shape; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "callGrantsUpdated"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated: stream.video.sfu.event.CallGrantsUpdated.$Shape; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "goAway"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway: stream.video.sfu.event.GoAway.$Shape; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "iceRestart"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart: stream.video.sfu.event.ICERestart.$Shape; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "pinsUpdated"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated: stream.video.sfu.event.PinsChanged.$Shape; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "callEnded"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded: stream.video.sfu.event.CallEnded.$Shape; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "participantUpdated"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated: stream.video.sfu.event.ParticipantUpdated.$Shape; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "participantMigrationComplete"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete: stream.video.sfu.event.ParticipantMigrationComplete.$Shape; changePublishOptions?: null; inboundStateNotification?: null }|{ eventPayload?: "changePublishOptions"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions: stream.video.sfu.event.ChangePublishOptions.$Shape; inboundStateNotification?: null }|{ eventPayload?: "inboundStateNotification"; subscriberOffer?: null; publisherAnswer?: null; connectionQualityChanged?: null; audioLevelChanged?: null; iceTrickle?: null; changePublishQuality?: null; participantJoined?: null; participantLeft?: null; dominantSpeakerChanged?: null; joinResponse?: null; healthCheckResponse?: null; trackPublished?: null; trackUnpublished?: null; error?: null; callGrantsUpdated?: null; goAway?: null; iceRestart?: null; pinsUpdated?: null; callEnded?: null; participantUpdated?: null; participantMigrationComplete?: null; changePublishOptions?: null; inboundStateNotification: stream.video.sfu.event.InboundStateNotification.$Shape })
                    );
                }

                /**
                 * Properties of a ChangePublishOptionsComplete.
                 * @deprecated Use stream.video.sfu.event.ChangePublishOptionsComplete.$Properties instead.
                 */
                interface IChangePublishOptionsComplete extends stream.video.sfu.event.ChangePublishOptionsComplete.$Properties {
                }

                /** Represents a ChangePublishOptionsComplete. */
                class ChangePublishOptionsComplete {

                    /**
                     * Constructs a new ChangePublishOptionsComplete.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ChangePublishOptionsComplete.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /**
                     * Encodes the specified ChangePublishOptionsComplete message. Does not implicitly {@link stream.video.sfu.event.ChangePublishOptionsComplete.verify|verify} messages.
                     * @param message ChangePublishOptionsComplete message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ChangePublishOptionsComplete.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ChangePublishOptionsComplete message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ChangePublishOptionsComplete & stream.video.sfu.event.ChangePublishOptionsComplete.$Shape} ChangePublishOptionsComplete
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ChangePublishOptionsComplete & stream.video.sfu.event.ChangePublishOptionsComplete.$Shape;
                }

                namespace ChangePublishOptionsComplete {

                    /** Properties of a ChangePublishOptionsComplete. */
                    interface $Properties {

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ChangePublishOptionsComplete. */
                    type $Shape = stream.video.sfu.event.ChangePublishOptionsComplete.$Properties;
                }

                /**
                 * Properties of a ParticipantMigrationComplete.
                 * @deprecated Use stream.video.sfu.event.ParticipantMigrationComplete.$Properties instead.
                 */
                interface IParticipantMigrationComplete extends stream.video.sfu.event.ParticipantMigrationComplete.$Properties {
                }

                /** Represents a ParticipantMigrationComplete. */
                class ParticipantMigrationComplete {

                    /**
                     * Constructs a new ParticipantMigrationComplete.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ParticipantMigrationComplete.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /**
                     * Encodes the specified ParticipantMigrationComplete message. Does not implicitly {@link stream.video.sfu.event.ParticipantMigrationComplete.verify|verify} messages.
                     * @param message ParticipantMigrationComplete message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ParticipantMigrationComplete.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ParticipantMigrationComplete message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ParticipantMigrationComplete & stream.video.sfu.event.ParticipantMigrationComplete.$Shape} ParticipantMigrationComplete
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ParticipantMigrationComplete & stream.video.sfu.event.ParticipantMigrationComplete.$Shape;
                }

                namespace ParticipantMigrationComplete {

                    /** Properties of a ParticipantMigrationComplete. */
                    interface $Properties {

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ParticipantMigrationComplete. */
                    type $Shape = stream.video.sfu.event.ParticipantMigrationComplete.$Properties;
                }

                /**
                 * Properties of a HealthCheckRequest.
                 * @deprecated Use stream.video.sfu.event.HealthCheckRequest.$Properties instead.
                 */
                interface IHealthCheckRequest extends stream.video.sfu.event.HealthCheckRequest.$Properties {
                }

                /** Represents a HealthCheckRequest. */
                class HealthCheckRequest {

                    /**
                     * Constructs a new HealthCheckRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.HealthCheckRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /**
                     * Encodes the specified HealthCheckRequest message. Does not implicitly {@link stream.video.sfu.event.HealthCheckRequest.verify|verify} messages.
                     * @param message HealthCheckRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.HealthCheckRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a HealthCheckRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.HealthCheckRequest & stream.video.sfu.event.HealthCheckRequest.$Shape} HealthCheckRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.HealthCheckRequest & stream.video.sfu.event.HealthCheckRequest.$Shape;
                }

                namespace HealthCheckRequest {

                    /** Properties of a HealthCheckRequest. */
                    interface $Properties {

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a HealthCheckRequest. */
                    type $Shape = stream.video.sfu.event.HealthCheckRequest.$Properties;
                }

                /**
                 * Properties of a ChangePublishOptions.
                 * @deprecated Use stream.video.sfu.event.ChangePublishOptions.$Properties instead.
                 */
                interface IChangePublishOptions extends stream.video.sfu.event.ChangePublishOptions.$Properties {
                }

                /** Represents a ChangePublishOptions. */
                class ChangePublishOptions {

                    /**
                     * Constructs a new ChangePublishOptions.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ChangePublishOptions.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ChangePublishOptions publishOptions. */
                    publishOptions: stream.video.sfu.models.PublishOption.$Properties[];

                    /** ChangePublishOptions reason. */
                    reason: string;

                    /**
                     * Encodes the specified ChangePublishOptions message. Does not implicitly {@link stream.video.sfu.event.ChangePublishOptions.verify|verify} messages.
                     * @param message ChangePublishOptions message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ChangePublishOptions.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ChangePublishOptions message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ChangePublishOptions & stream.video.sfu.event.ChangePublishOptions.$Shape} ChangePublishOptions
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ChangePublishOptions & stream.video.sfu.event.ChangePublishOptions.$Shape;
                }

                namespace ChangePublishOptions {

                    /** Properties of a ChangePublishOptions. */
                    interface $Properties {

                        /** ChangePublishOptions publishOptions */
                        publishOptions?: (stream.video.sfu.models.PublishOption.$Properties[]|null);

                        /** ChangePublishOptions reason */
                        reason?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ChangePublishOptions. */
                    type $Shape = stream.video.sfu.event.ChangePublishOptions.$Properties;
                }

                /**
                 * Properties of a PinsChanged.
                 * @deprecated Use stream.video.sfu.event.PinsChanged.$Properties instead.
                 */
                interface IPinsChanged extends stream.video.sfu.event.PinsChanged.$Properties {
                }

                /** Represents a PinsChanged. */
                class PinsChanged {

                    /**
                     * Constructs a new PinsChanged.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.PinsChanged.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PinsChanged pins. */
                    pins: stream.video.sfu.models.Pin.$Properties[];

                    /**
                     * Encodes the specified PinsChanged message. Does not implicitly {@link stream.video.sfu.event.PinsChanged.verify|verify} messages.
                     * @param message PinsChanged message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.PinsChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a PinsChanged message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.PinsChanged & stream.video.sfu.event.PinsChanged.$Shape} PinsChanged
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.PinsChanged & stream.video.sfu.event.PinsChanged.$Shape;
                }

                namespace PinsChanged {

                    /** Properties of a PinsChanged. */
                    interface $Properties {

                        /** PinsChanged pins */
                        pins?: (stream.video.sfu.models.Pin.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PinsChanged. */
                    type $Shape = stream.video.sfu.event.PinsChanged.$Properties;
                }

                /**
                 * Properties of an Error.
                 * @deprecated Use stream.video.sfu.event.Error.$Properties instead.
                 */
                interface IError extends stream.video.sfu.event.Error.$Properties {
                }

                /** Represents an Error. */
                class Error {

                    /**
                     * Constructs a new Error.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.Error.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Error error. */
                    error?: (stream.video.sfu.models.Error.$Properties|null);

                    /** Error reconnectStrategy. */
                    reconnectStrategy: stream.video.sfu.models.WebsocketReconnectStrategy;

                    /**
                     * Encodes the specified Error message. Does not implicitly {@link stream.video.sfu.event.Error.verify|verify} messages.
                     * @param message Error message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.Error.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an Error message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.Error & stream.video.sfu.event.Error.$Shape} Error
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.Error & stream.video.sfu.event.Error.$Shape;
                }

                namespace Error {

                    /** Properties of an Error. */
                    interface $Properties {

                        /** Error error */
                        error?: (stream.video.sfu.models.Error.$Properties|null);

                        /** Error reconnectStrategy */
                        reconnectStrategy?: (stream.video.sfu.models.WebsocketReconnectStrategy|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an Error. */
                    type $Shape = stream.video.sfu.event.Error.$Properties;
                }

                /**
                 * Properties of a ICETrickle.
                 * @deprecated Use stream.video.sfu.event.ICETrickle.$Properties instead.
                 */
                interface IICETrickle extends stream.video.sfu.event.ICETrickle.$Properties {
                }

                /** Represents a ICETrickle. */
                class ICETrickle {

                    /**
                     * Constructs a new ICETrickle.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ICETrickle.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ICETrickle peerType. */
                    peerType: stream.video.sfu.models.PeerType;

                    /** ICETrickle iceCandidate. */
                    iceCandidate: string;

                    /**
                     * Encodes the specified ICETrickle message. Does not implicitly {@link stream.video.sfu.event.ICETrickle.verify|verify} messages.
                     * @param message ICETrickle message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ICETrickle.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ICETrickle message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ICETrickle & stream.video.sfu.event.ICETrickle.$Shape} ICETrickle
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ICETrickle & stream.video.sfu.event.ICETrickle.$Shape;
                }

                namespace ICETrickle {

                    /** Properties of a ICETrickle. */
                    interface $Properties {

                        /** ICETrickle peerType */
                        peerType?: (stream.video.sfu.models.PeerType|null);

                        /** ICETrickle iceCandidate */
                        iceCandidate?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ICETrickle. */
                    type $Shape = stream.video.sfu.event.ICETrickle.$Properties;
                }

                /**
                 * Properties of a ICERestart.
                 * @deprecated Use stream.video.sfu.event.ICERestart.$Properties instead.
                 */
                interface IICERestart extends stream.video.sfu.event.ICERestart.$Properties {
                }

                /** Represents a ICERestart. */
                class ICERestart {

                    /**
                     * Constructs a new ICERestart.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ICERestart.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ICERestart peerType. */
                    peerType: stream.video.sfu.models.PeerType;

                    /**
                     * Encodes the specified ICERestart message. Does not implicitly {@link stream.video.sfu.event.ICERestart.verify|verify} messages.
                     * @param message ICERestart message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ICERestart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ICERestart message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ICERestart & stream.video.sfu.event.ICERestart.$Shape} ICERestart
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ICERestart & stream.video.sfu.event.ICERestart.$Shape;
                }

                namespace ICERestart {

                    /** Properties of a ICERestart. */
                    interface $Properties {

                        /** ICERestart peerType */
                        peerType?: (stream.video.sfu.models.PeerType|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ICERestart. */
                    type $Shape = stream.video.sfu.event.ICERestart.$Properties;
                }

                /**
                 * Properties of a SfuRequest.
                 * @deprecated Use stream.video.sfu.event.SfuRequest.$Properties instead.
                 */
                interface ISfuRequest extends stream.video.sfu.event.SfuRequest.$Properties {
                }

                /** Represents a SfuRequest. */
                class SfuRequest {

                    /**
                     * Constructs a new SfuRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.SfuRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SfuRequest joinRequest. */
                    joinRequest?: (stream.video.sfu.event.JoinRequest.$Properties|null);

                    /** SfuRequest healthCheckRequest. */
                    healthCheckRequest?: (stream.video.sfu.event.HealthCheckRequest.$Properties|null);

                    /** SfuRequest leaveCallRequest. */
                    leaveCallRequest?: (stream.video.sfu.event.LeaveCallRequest.$Properties|null);

                    /** SfuRequest requestPayload. */
                    requestPayload?: ("joinRequest"|"healthCheckRequest"|"leaveCallRequest");

                    /**
                     * Encodes the specified SfuRequest message. Does not implicitly {@link stream.video.sfu.event.SfuRequest.verify|verify} messages.
                     * @param message SfuRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.SfuRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SfuRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.SfuRequest & stream.video.sfu.event.SfuRequest.$Shape} SfuRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.SfuRequest & stream.video.sfu.event.SfuRequest.$Shape;
                }

                namespace SfuRequest {

                    /** Properties of a SfuRequest. */
                    interface $Properties {

                        /** SfuRequest joinRequest */
                        joinRequest?: (stream.video.sfu.event.JoinRequest.$Properties|null);

                        /** SfuRequest healthCheckRequest */
                        healthCheckRequest?: (stream.video.sfu.event.HealthCheckRequest.$Properties|null);

                        /** SfuRequest leaveCallRequest */
                        leaveCallRequest?: (stream.video.sfu.event.LeaveCallRequest.$Properties|null);

                        /** SfuRequest requestPayload */
                        requestPayload?: ("joinRequest"|"healthCheckRequest"|"leaveCallRequest");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of a SfuRequest. */
                    type $Shape = {
                      joinRequest?: stream.video.sfu.event.JoinRequest.$Shape|null;
                      healthCheckRequest?: stream.video.sfu.event.HealthCheckRequest.$Shape|null;
                      leaveCallRequest?: stream.video.sfu.event.LeaveCallRequest.$Shape|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ requestPayload?: undefined; joinRequest?: null; healthCheckRequest?: null; leaveCallRequest?: null }|{ requestPayload?: "joinRequest"; joinRequest: stream.video.sfu.event.JoinRequest.$Shape; healthCheckRequest?: null; leaveCallRequest?: null }|{ requestPayload?: "healthCheckRequest"; joinRequest?: null; healthCheckRequest: stream.video.sfu.event.HealthCheckRequest.$Shape; leaveCallRequest?: null }|{ requestPayload?: "leaveCallRequest"; joinRequest?: null; healthCheckRequest?: null; leaveCallRequest: stream.video.sfu.event.LeaveCallRequest.$Shape })
                    );
                }

                /**
                 * Properties of a LeaveCallRequest.
                 * @deprecated Use stream.video.sfu.event.LeaveCallRequest.$Properties instead.
                 */
                interface ILeaveCallRequest extends stream.video.sfu.event.LeaveCallRequest.$Properties {
                }

                /** Represents a LeaveCallRequest. */
                class LeaveCallRequest {

                    /**
                     * Constructs a new LeaveCallRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.LeaveCallRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** LeaveCallRequest sessionId. */
                    sessionId: string;

                    /** LeaveCallRequest reason. */
                    reason: string;

                    /**
                     * Encodes the specified LeaveCallRequest message. Does not implicitly {@link stream.video.sfu.event.LeaveCallRequest.verify|verify} messages.
                     * @param message LeaveCallRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.LeaveCallRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a LeaveCallRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.LeaveCallRequest & stream.video.sfu.event.LeaveCallRequest.$Shape} LeaveCallRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.LeaveCallRequest & stream.video.sfu.event.LeaveCallRequest.$Shape;
                }

                namespace LeaveCallRequest {

                    /** Properties of a LeaveCallRequest. */
                    interface $Properties {

                        /** LeaveCallRequest sessionId */
                        sessionId?: (string|null);

                        /** LeaveCallRequest reason */
                        reason?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a LeaveCallRequest. */
                    type $Shape = stream.video.sfu.event.LeaveCallRequest.$Properties;
                }

                /**
                 * Properties of a HealthCheckResponse.
                 * @deprecated Use stream.video.sfu.event.HealthCheckResponse.$Properties instead.
                 */
                interface IHealthCheckResponse extends stream.video.sfu.event.HealthCheckResponse.$Properties {
                }

                /** Represents a HealthCheckResponse. */
                class HealthCheckResponse {

                    /**
                     * Constructs a new HealthCheckResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.HealthCheckResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** HealthCheckResponse participantCount. */
                    participantCount?: (stream.video.sfu.models.ParticipantCount.$Properties|null);

                    /**
                     * Encodes the specified HealthCheckResponse message. Does not implicitly {@link stream.video.sfu.event.HealthCheckResponse.verify|verify} messages.
                     * @param message HealthCheckResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.HealthCheckResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a HealthCheckResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.HealthCheckResponse & stream.video.sfu.event.HealthCheckResponse.$Shape} HealthCheckResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.HealthCheckResponse & stream.video.sfu.event.HealthCheckResponse.$Shape;
                }

                namespace HealthCheckResponse {

                    /** Properties of a HealthCheckResponse. */
                    interface $Properties {

                        /** HealthCheckResponse participantCount */
                        participantCount?: (stream.video.sfu.models.ParticipantCount.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a HealthCheckResponse. */
                    type $Shape = stream.video.sfu.event.HealthCheckResponse.$Properties;
                }

                /**
                 * Properties of a TrackPublished.
                 * @deprecated Use stream.video.sfu.event.TrackPublished.$Properties instead.
                 */
                interface ITrackPublished extends stream.video.sfu.event.TrackPublished.$Properties {
                }

                /** Represents a TrackPublished. */
                class TrackPublished {

                    /**
                     * Constructs a new TrackPublished.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.TrackPublished.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TrackPublished userId. */
                    userId: string;

                    /** TrackPublished sessionId. */
                    sessionId: string;

                    /** TrackPublished type. */
                    type: stream.video.sfu.models.TrackType;

                    /** TrackPublished participant. */
                    participant?: (stream.video.sfu.models.Participant.$Properties|null);

                    /**
                     * Encodes the specified TrackPublished message. Does not implicitly {@link stream.video.sfu.event.TrackPublished.verify|verify} messages.
                     * @param message TrackPublished message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.TrackPublished.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TrackPublished message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.TrackPublished & stream.video.sfu.event.TrackPublished.$Shape} TrackPublished
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.TrackPublished & stream.video.sfu.event.TrackPublished.$Shape;
                }

                namespace TrackPublished {

                    /** Properties of a TrackPublished. */
                    interface $Properties {

                        /** TrackPublished userId */
                        userId?: (string|null);

                        /** TrackPublished sessionId */
                        sessionId?: (string|null);

                        /** TrackPublished type */
                        type?: (stream.video.sfu.models.TrackType|null);

                        /** TrackPublished participant */
                        participant?: (stream.video.sfu.models.Participant.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TrackPublished. */
                    type $Shape = {
                      userId?: string|null;
                      sessionId?: string|null;
                      type?: stream.video.sfu.models.TrackType|null;
                      participant?: stream.video.sfu.models.Participant.$Shape|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a TrackUnpublished.
                 * @deprecated Use stream.video.sfu.event.TrackUnpublished.$Properties instead.
                 */
                interface ITrackUnpublished extends stream.video.sfu.event.TrackUnpublished.$Properties {
                }

                /** Represents a TrackUnpublished. */
                class TrackUnpublished {

                    /**
                     * Constructs a new TrackUnpublished.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.TrackUnpublished.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TrackUnpublished userId. */
                    userId: string;

                    /** TrackUnpublished sessionId. */
                    sessionId: string;

                    /** TrackUnpublished type. */
                    type: stream.video.sfu.models.TrackType;

                    /** TrackUnpublished cause. */
                    cause: stream.video.sfu.models.TrackUnpublishReason;

                    /** TrackUnpublished participant. */
                    participant?: (stream.video.sfu.models.Participant.$Properties|null);

                    /**
                     * Encodes the specified TrackUnpublished message. Does not implicitly {@link stream.video.sfu.event.TrackUnpublished.verify|verify} messages.
                     * @param message TrackUnpublished message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.TrackUnpublished.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TrackUnpublished message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.TrackUnpublished & stream.video.sfu.event.TrackUnpublished.$Shape} TrackUnpublished
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.TrackUnpublished & stream.video.sfu.event.TrackUnpublished.$Shape;
                }

                namespace TrackUnpublished {

                    /** Properties of a TrackUnpublished. */
                    interface $Properties {

                        /** TrackUnpublished userId */
                        userId?: (string|null);

                        /** TrackUnpublished sessionId */
                        sessionId?: (string|null);

                        /** TrackUnpublished type */
                        type?: (stream.video.sfu.models.TrackType|null);

                        /** TrackUnpublished cause */
                        cause?: (stream.video.sfu.models.TrackUnpublishReason|null);

                        /** TrackUnpublished participant */
                        participant?: (stream.video.sfu.models.Participant.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TrackUnpublished. */
                    type $Shape = {
                      userId?: string|null;
                      sessionId?: string|null;
                      type?: stream.video.sfu.models.TrackType|null;
                      cause?: stream.video.sfu.models.TrackUnpublishReason|null;
                      participant?: stream.video.sfu.models.Participant.$Shape|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a JoinRequest.
                 * @deprecated Use stream.video.sfu.event.JoinRequest.$Properties instead.
                 */
                interface IJoinRequest extends stream.video.sfu.event.JoinRequest.$Properties {
                }

                /** Represents a JoinRequest. */
                class JoinRequest {

                    /**
                     * Constructs a new JoinRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.JoinRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** JoinRequest token. */
                    token: string;

                    /** JoinRequest sessionId. */
                    sessionId: string;

                    /** JoinRequest subscriberSdp. */
                    subscriberSdp: string;

                    /** JoinRequest clientDetails. */
                    clientDetails?: (stream.video.sfu.models.ClientDetails.$Properties|null);

                    /** JoinRequest migration. */
                    migration?: (stream.video.sfu.event.Migration.$Properties|null);

                    /** JoinRequest fastReconnect. */
                    fastReconnect: boolean;

                    /** JoinRequest reconnectDetails. */
                    reconnectDetails?: (stream.video.sfu.event.ReconnectDetails.$Properties|null);

                    /** JoinRequest publisherSdp. */
                    publisherSdp: string;

                    /** JoinRequest preferredPublishOptions. */
                    preferredPublishOptions: stream.video.sfu.models.PublishOption.$Properties[];

                    /** JoinRequest preferredSubscribeOptions. */
                    preferredSubscribeOptions: stream.video.sfu.models.SubscribeOption.$Properties[];

                    /** JoinRequest capabilities. */
                    capabilities: stream.video.sfu.models.ClientCapability[];

                    /** JoinRequest source. */
                    source: stream.video.sfu.models.ParticipantSource;

                    /** JoinRequest unifiedSessionId. */
                    unifiedSessionId: string;

                    /**
                     * Encodes the specified JoinRequest message. Does not implicitly {@link stream.video.sfu.event.JoinRequest.verify|verify} messages.
                     * @param message JoinRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.JoinRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a JoinRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.JoinRequest & stream.video.sfu.event.JoinRequest.$Shape} JoinRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.JoinRequest & stream.video.sfu.event.JoinRequest.$Shape;
                }

                namespace JoinRequest {

                    /** Properties of a JoinRequest. */
                    interface $Properties {

                        /** JoinRequest token */
                        token?: (string|null);

                        /** JoinRequest sessionId */
                        sessionId?: (string|null);

                        /** JoinRequest subscriberSdp */
                        subscriberSdp?: (string|null);

                        /** JoinRequest clientDetails */
                        clientDetails?: (stream.video.sfu.models.ClientDetails.$Properties|null);

                        /** JoinRequest migration */
                        migration?: (stream.video.sfu.event.Migration.$Properties|null);

                        /** JoinRequest fastReconnect */
                        fastReconnect?: (boolean|null);

                        /** JoinRequest reconnectDetails */
                        reconnectDetails?: (stream.video.sfu.event.ReconnectDetails.$Properties|null);

                        /** JoinRequest publisherSdp */
                        publisherSdp?: (string|null);

                        /** JoinRequest preferredPublishOptions */
                        preferredPublishOptions?: (stream.video.sfu.models.PublishOption.$Properties[]|null);

                        /** JoinRequest preferredSubscribeOptions */
                        preferredSubscribeOptions?: (stream.video.sfu.models.SubscribeOption.$Properties[]|null);

                        /** JoinRequest capabilities */
                        capabilities?: (stream.video.sfu.models.ClientCapability[]|null);

                        /** JoinRequest source */
                        source?: (stream.video.sfu.models.ParticipantSource|null);

                        /** JoinRequest unifiedSessionId */
                        unifiedSessionId?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a JoinRequest. */
                    type $Shape = stream.video.sfu.event.JoinRequest.$Properties;
                }

                /**
                 * Properties of a ReconnectDetails.
                 * @deprecated Use stream.video.sfu.event.ReconnectDetails.$Properties instead.
                 */
                interface IReconnectDetails extends stream.video.sfu.event.ReconnectDetails.$Properties {
                }

                /** Represents a ReconnectDetails. */
                class ReconnectDetails {

                    /**
                     * Constructs a new ReconnectDetails.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ReconnectDetails.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ReconnectDetails strategy. */
                    strategy: stream.video.sfu.models.WebsocketReconnectStrategy;

                    /** ReconnectDetails announcedTracks. */
                    announcedTracks: stream.video.sfu.models.TrackInfo.$Properties[];

                    /** ReconnectDetails subscriptions. */
                    subscriptions: stream.video.sfu.signal.TrackSubscriptionDetails.$Properties[];

                    /** ReconnectDetails reconnectAttempt. */
                    reconnectAttempt: number;

                    /** ReconnectDetails fromSfuId. */
                    fromSfuId: string;

                    /** ReconnectDetails previousSessionId. */
                    previousSessionId: string;

                    /** ReconnectDetails reason. */
                    reason: string;

                    /**
                     * Encodes the specified ReconnectDetails message. Does not implicitly {@link stream.video.sfu.event.ReconnectDetails.verify|verify} messages.
                     * @param message ReconnectDetails message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ReconnectDetails.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ReconnectDetails message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ReconnectDetails & stream.video.sfu.event.ReconnectDetails.$Shape} ReconnectDetails
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ReconnectDetails & stream.video.sfu.event.ReconnectDetails.$Shape;
                }

                namespace ReconnectDetails {

                    /** Properties of a ReconnectDetails. */
                    interface $Properties {

                        /** ReconnectDetails strategy */
                        strategy?: (stream.video.sfu.models.WebsocketReconnectStrategy|null);

                        /** ReconnectDetails announcedTracks */
                        announcedTracks?: (stream.video.sfu.models.TrackInfo.$Properties[]|null);

                        /** ReconnectDetails subscriptions */
                        subscriptions?: (stream.video.sfu.signal.TrackSubscriptionDetails.$Properties[]|null);

                        /** ReconnectDetails reconnectAttempt */
                        reconnectAttempt?: (number|null);

                        /** ReconnectDetails fromSfuId */
                        fromSfuId?: (string|null);

                        /** ReconnectDetails previousSessionId */
                        previousSessionId?: (string|null);

                        /** ReconnectDetails reason */
                        reason?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ReconnectDetails. */
                    type $Shape = stream.video.sfu.event.ReconnectDetails.$Properties;
                }

                /**
                 * Properties of a Migration.
                 * @deprecated Use stream.video.sfu.event.Migration.$Properties instead.
                 */
                interface IMigration extends stream.video.sfu.event.Migration.$Properties {
                }

                /** Represents a Migration. */
                class Migration {

                    /**
                     * Constructs a new Migration.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.Migration.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Migration fromSfuId. */
                    fromSfuId: string;

                    /** Migration announcedTracks. */
                    announcedTracks: stream.video.sfu.models.TrackInfo.$Properties[];

                    /** Migration subscriptions. */
                    subscriptions: stream.video.sfu.signal.TrackSubscriptionDetails.$Properties[];

                    /**
                     * Encodes the specified Migration message. Does not implicitly {@link stream.video.sfu.event.Migration.verify|verify} messages.
                     * @param message Migration message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.Migration.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Migration message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.Migration & stream.video.sfu.event.Migration.$Shape} Migration
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.Migration & stream.video.sfu.event.Migration.$Shape;
                }

                namespace Migration {

                    /** Properties of a Migration. */
                    interface $Properties {

                        /** Migration fromSfuId */
                        fromSfuId?: (string|null);

                        /** Migration announcedTracks */
                        announcedTracks?: (stream.video.sfu.models.TrackInfo.$Properties[]|null);

                        /** Migration subscriptions */
                        subscriptions?: (stream.video.sfu.signal.TrackSubscriptionDetails.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Migration. */
                    type $Shape = stream.video.sfu.event.Migration.$Properties;
                }

                /**
                 * Properties of a JoinResponse.
                 * @deprecated Use stream.video.sfu.event.JoinResponse.$Properties instead.
                 */
                interface IJoinResponse extends stream.video.sfu.event.JoinResponse.$Properties {
                }

                /** Represents a JoinResponse. */
                class JoinResponse {

                    /**
                     * Constructs a new JoinResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.JoinResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** JoinResponse callState. */
                    callState?: (stream.video.sfu.models.CallState.$Properties|null);

                    /** JoinResponse reconnected. */
                    reconnected: boolean;

                    /** JoinResponse fastReconnectDeadlineSeconds. */
                    fastReconnectDeadlineSeconds: number;

                    /** JoinResponse publishOptions. */
                    publishOptions: stream.video.sfu.models.PublishOption.$Properties[];

                    /**
                     * Encodes the specified JoinResponse message. Does not implicitly {@link stream.video.sfu.event.JoinResponse.verify|verify} messages.
                     * @param message JoinResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.JoinResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a JoinResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.JoinResponse & stream.video.sfu.event.JoinResponse.$Shape} JoinResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.JoinResponse & stream.video.sfu.event.JoinResponse.$Shape;
                }

                namespace JoinResponse {

                    /** Properties of a JoinResponse. */
                    interface $Properties {

                        /** JoinResponse callState */
                        callState?: (stream.video.sfu.models.CallState.$Properties|null);

                        /** JoinResponse reconnected */
                        reconnected?: (boolean|null);

                        /** JoinResponse fastReconnectDeadlineSeconds */
                        fastReconnectDeadlineSeconds?: (number|null);

                        /** JoinResponse publishOptions */
                        publishOptions?: (stream.video.sfu.models.PublishOption.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a JoinResponse. */
                    type $Shape = {
                      callState?: stream.video.sfu.models.CallState.$Shape|null;
                      reconnected?: boolean|null;
                      fastReconnectDeadlineSeconds?: number|null;
                      publishOptions?: stream.video.sfu.models.PublishOption.$Shape[]|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a ParticipantJoined.
                 * @deprecated Use stream.video.sfu.event.ParticipantJoined.$Properties instead.
                 */
                interface IParticipantJoined extends stream.video.sfu.event.ParticipantJoined.$Properties {
                }

                /** Represents a ParticipantJoined. */
                class ParticipantJoined {

                    /**
                     * Constructs a new ParticipantJoined.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ParticipantJoined.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ParticipantJoined callCid. */
                    callCid: string;

                    /** ParticipantJoined participant. */
                    participant?: (stream.video.sfu.models.Participant.$Properties|null);

                    /** ParticipantJoined isPinned. */
                    isPinned: boolean;

                    /**
                     * Encodes the specified ParticipantJoined message. Does not implicitly {@link stream.video.sfu.event.ParticipantJoined.verify|verify} messages.
                     * @param message ParticipantJoined message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ParticipantJoined.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ParticipantJoined message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ParticipantJoined & stream.video.sfu.event.ParticipantJoined.$Shape} ParticipantJoined
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ParticipantJoined & stream.video.sfu.event.ParticipantJoined.$Shape;
                }

                namespace ParticipantJoined {

                    /** Properties of a ParticipantJoined. */
                    interface $Properties {

                        /** ParticipantJoined callCid */
                        callCid?: (string|null);

                        /** ParticipantJoined participant */
                        participant?: (stream.video.sfu.models.Participant.$Properties|null);

                        /** ParticipantJoined isPinned */
                        isPinned?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ParticipantJoined. */
                    type $Shape = {
                      callCid?: string|null;
                      participant?: stream.video.sfu.models.Participant.$Shape|null;
                      isPinned?: boolean|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a ParticipantLeft.
                 * @deprecated Use stream.video.sfu.event.ParticipantLeft.$Properties instead.
                 */
                interface IParticipantLeft extends stream.video.sfu.event.ParticipantLeft.$Properties {
                }

                /** Represents a ParticipantLeft. */
                class ParticipantLeft {

                    /**
                     * Constructs a new ParticipantLeft.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ParticipantLeft.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ParticipantLeft callCid. */
                    callCid: string;

                    /** ParticipantLeft participant. */
                    participant?: (stream.video.sfu.models.Participant.$Properties|null);

                    /**
                     * Encodes the specified ParticipantLeft message. Does not implicitly {@link stream.video.sfu.event.ParticipantLeft.verify|verify} messages.
                     * @param message ParticipantLeft message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ParticipantLeft.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ParticipantLeft message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ParticipantLeft & stream.video.sfu.event.ParticipantLeft.$Shape} ParticipantLeft
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ParticipantLeft & stream.video.sfu.event.ParticipantLeft.$Shape;
                }

                namespace ParticipantLeft {

                    /** Properties of a ParticipantLeft. */
                    interface $Properties {

                        /** ParticipantLeft callCid */
                        callCid?: (string|null);

                        /** ParticipantLeft participant */
                        participant?: (stream.video.sfu.models.Participant.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ParticipantLeft. */
                    type $Shape = {
                      callCid?: string|null;
                      participant?: stream.video.sfu.models.Participant.$Shape|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a ParticipantUpdated.
                 * @deprecated Use stream.video.sfu.event.ParticipantUpdated.$Properties instead.
                 */
                interface IParticipantUpdated extends stream.video.sfu.event.ParticipantUpdated.$Properties {
                }

                /** Represents a ParticipantUpdated. */
                class ParticipantUpdated {

                    /**
                     * Constructs a new ParticipantUpdated.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ParticipantUpdated.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ParticipantUpdated callCid. */
                    callCid: string;

                    /** ParticipantUpdated participant. */
                    participant?: (stream.video.sfu.models.Participant.$Properties|null);

                    /**
                     * Encodes the specified ParticipantUpdated message. Does not implicitly {@link stream.video.sfu.event.ParticipantUpdated.verify|verify} messages.
                     * @param message ParticipantUpdated message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ParticipantUpdated.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ParticipantUpdated message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ParticipantUpdated & stream.video.sfu.event.ParticipantUpdated.$Shape} ParticipantUpdated
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ParticipantUpdated & stream.video.sfu.event.ParticipantUpdated.$Shape;
                }

                namespace ParticipantUpdated {

                    /** Properties of a ParticipantUpdated. */
                    interface $Properties {

                        /** ParticipantUpdated callCid */
                        callCid?: (string|null);

                        /** ParticipantUpdated participant */
                        participant?: (stream.video.sfu.models.Participant.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ParticipantUpdated. */
                    type $Shape = {
                      callCid?: string|null;
                      participant?: stream.video.sfu.models.Participant.$Shape|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a SubscriberOffer.
                 * @deprecated Use stream.video.sfu.event.SubscriberOffer.$Properties instead.
                 */
                interface ISubscriberOffer extends stream.video.sfu.event.SubscriberOffer.$Properties {
                }

                /** Represents a SubscriberOffer. */
                class SubscriberOffer {

                    /**
                     * Constructs a new SubscriberOffer.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.SubscriberOffer.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SubscriberOffer iceRestart. */
                    iceRestart: boolean;

                    /** SubscriberOffer sdp. */
                    sdp: string;

                    /** SubscriberOffer negotiationId. */
                    negotiationId: number;

                    /**
                     * Encodes the specified SubscriberOffer message. Does not implicitly {@link stream.video.sfu.event.SubscriberOffer.verify|verify} messages.
                     * @param message SubscriberOffer message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.SubscriberOffer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SubscriberOffer message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.SubscriberOffer & stream.video.sfu.event.SubscriberOffer.$Shape} SubscriberOffer
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.SubscriberOffer & stream.video.sfu.event.SubscriberOffer.$Shape;
                }

                namespace SubscriberOffer {

                    /** Properties of a SubscriberOffer. */
                    interface $Properties {

                        /** SubscriberOffer iceRestart */
                        iceRestart?: (boolean|null);

                        /** SubscriberOffer sdp */
                        sdp?: (string|null);

                        /** SubscriberOffer negotiationId */
                        negotiationId?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a SubscriberOffer. */
                    type $Shape = stream.video.sfu.event.SubscriberOffer.$Properties;
                }

                /**
                 * Properties of a PublisherAnswer.
                 * @deprecated Use stream.video.sfu.event.PublisherAnswer.$Properties instead.
                 */
                interface IPublisherAnswer extends stream.video.sfu.event.PublisherAnswer.$Properties {
                }

                /** Represents a PublisherAnswer. */
                class PublisherAnswer {

                    /**
                     * Constructs a new PublisherAnswer.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.PublisherAnswer.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PublisherAnswer sdp. */
                    sdp: string;

                    /**
                     * Encodes the specified PublisherAnswer message. Does not implicitly {@link stream.video.sfu.event.PublisherAnswer.verify|verify} messages.
                     * @param message PublisherAnswer message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.PublisherAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a PublisherAnswer message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.PublisherAnswer & stream.video.sfu.event.PublisherAnswer.$Shape} PublisherAnswer
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.PublisherAnswer & stream.video.sfu.event.PublisherAnswer.$Shape;
                }

                namespace PublisherAnswer {

                    /** Properties of a PublisherAnswer. */
                    interface $Properties {

                        /** PublisherAnswer sdp */
                        sdp?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PublisherAnswer. */
                    type $Shape = stream.video.sfu.event.PublisherAnswer.$Properties;
                }

                /**
                 * Properties of a ConnectionQualityChanged.
                 * @deprecated Use stream.video.sfu.event.ConnectionQualityChanged.$Properties instead.
                 */
                interface IConnectionQualityChanged extends stream.video.sfu.event.ConnectionQualityChanged.$Properties {
                }

                /** Represents a ConnectionQualityChanged. */
                class ConnectionQualityChanged {

                    /**
                     * Constructs a new ConnectionQualityChanged.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ConnectionQualityChanged.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ConnectionQualityChanged connectionQualityUpdates. */
                    connectionQualityUpdates: stream.video.sfu.event.ConnectionQualityInfo.$Properties[];

                    /**
                     * Encodes the specified ConnectionQualityChanged message. Does not implicitly {@link stream.video.sfu.event.ConnectionQualityChanged.verify|verify} messages.
                     * @param message ConnectionQualityChanged message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ConnectionQualityChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ConnectionQualityChanged message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ConnectionQualityChanged & stream.video.sfu.event.ConnectionQualityChanged.$Shape} ConnectionQualityChanged
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ConnectionQualityChanged & stream.video.sfu.event.ConnectionQualityChanged.$Shape;
                }

                namespace ConnectionQualityChanged {

                    /** Properties of a ConnectionQualityChanged. */
                    interface $Properties {

                        /** ConnectionQualityChanged connectionQualityUpdates */
                        connectionQualityUpdates?: (stream.video.sfu.event.ConnectionQualityInfo.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ConnectionQualityChanged. */
                    type $Shape = stream.video.sfu.event.ConnectionQualityChanged.$Properties;
                }

                /**
                 * Properties of a ConnectionQualityInfo.
                 * @deprecated Use stream.video.sfu.event.ConnectionQualityInfo.$Properties instead.
                 */
                interface IConnectionQualityInfo extends stream.video.sfu.event.ConnectionQualityInfo.$Properties {
                }

                /** Represents a ConnectionQualityInfo. */
                class ConnectionQualityInfo {

                    /**
                     * Constructs a new ConnectionQualityInfo.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ConnectionQualityInfo.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ConnectionQualityInfo userId. */
                    userId: string;

                    /** ConnectionQualityInfo sessionId. */
                    sessionId: string;

                    /** ConnectionQualityInfo connectionQuality. */
                    connectionQuality: stream.video.sfu.models.ConnectionQuality;

                    /**
                     * Encodes the specified ConnectionQualityInfo message. Does not implicitly {@link stream.video.sfu.event.ConnectionQualityInfo.verify|verify} messages.
                     * @param message ConnectionQualityInfo message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ConnectionQualityInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ConnectionQualityInfo message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ConnectionQualityInfo & stream.video.sfu.event.ConnectionQualityInfo.$Shape} ConnectionQualityInfo
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ConnectionQualityInfo & stream.video.sfu.event.ConnectionQualityInfo.$Shape;
                }

                namespace ConnectionQualityInfo {

                    /** Properties of a ConnectionQualityInfo. */
                    interface $Properties {

                        /** ConnectionQualityInfo userId */
                        userId?: (string|null);

                        /** ConnectionQualityInfo sessionId */
                        sessionId?: (string|null);

                        /** ConnectionQualityInfo connectionQuality */
                        connectionQuality?: (stream.video.sfu.models.ConnectionQuality|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ConnectionQualityInfo. */
                    type $Shape = stream.video.sfu.event.ConnectionQualityInfo.$Properties;
                }

                /**
                 * Properties of a DominantSpeakerChanged.
                 * @deprecated Use stream.video.sfu.event.DominantSpeakerChanged.$Properties instead.
                 */
                interface IDominantSpeakerChanged extends stream.video.sfu.event.DominantSpeakerChanged.$Properties {
                }

                /** Represents a DominantSpeakerChanged. */
                class DominantSpeakerChanged {

                    /**
                     * Constructs a new DominantSpeakerChanged.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.DominantSpeakerChanged.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** DominantSpeakerChanged userId. */
                    userId: string;

                    /** DominantSpeakerChanged sessionId. */
                    sessionId: string;

                    /**
                     * Encodes the specified DominantSpeakerChanged message. Does not implicitly {@link stream.video.sfu.event.DominantSpeakerChanged.verify|verify} messages.
                     * @param message DominantSpeakerChanged message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.DominantSpeakerChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a DominantSpeakerChanged message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.DominantSpeakerChanged & stream.video.sfu.event.DominantSpeakerChanged.$Shape} DominantSpeakerChanged
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.DominantSpeakerChanged & stream.video.sfu.event.DominantSpeakerChanged.$Shape;
                }

                namespace DominantSpeakerChanged {

                    /** Properties of a DominantSpeakerChanged. */
                    interface $Properties {

                        /** DominantSpeakerChanged userId */
                        userId?: (string|null);

                        /** DominantSpeakerChanged sessionId */
                        sessionId?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a DominantSpeakerChanged. */
                    type $Shape = stream.video.sfu.event.DominantSpeakerChanged.$Properties;
                }

                /**
                 * Properties of an AudioLevel.
                 * @deprecated Use stream.video.sfu.event.AudioLevel.$Properties instead.
                 */
                interface IAudioLevel extends stream.video.sfu.event.AudioLevel.$Properties {
                }

                /** Represents an AudioLevel. */
                class AudioLevel {

                    /**
                     * Constructs a new AudioLevel.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.AudioLevel.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** AudioLevel userId. */
                    userId: string;

                    /** AudioLevel sessionId. */
                    sessionId: string;

                    /** AudioLevel level. */
                    level: number;

                    /** AudioLevel isSpeaking. */
                    isSpeaking: boolean;

                    /**
                     * Encodes the specified AudioLevel message. Does not implicitly {@link stream.video.sfu.event.AudioLevel.verify|verify} messages.
                     * @param message AudioLevel message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.AudioLevel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an AudioLevel message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.AudioLevel & stream.video.sfu.event.AudioLevel.$Shape} AudioLevel
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.AudioLevel & stream.video.sfu.event.AudioLevel.$Shape;
                }

                namespace AudioLevel {

                    /** Properties of an AudioLevel. */
                    interface $Properties {

                        /** AudioLevel userId */
                        userId?: (string|null);

                        /** AudioLevel sessionId */
                        sessionId?: (string|null);

                        /** AudioLevel level */
                        level?: (number|null);

                        /** AudioLevel isSpeaking */
                        isSpeaking?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an AudioLevel. */
                    type $Shape = stream.video.sfu.event.AudioLevel.$Properties;
                }

                /**
                 * Properties of an AudioLevelChanged.
                 * @deprecated Use stream.video.sfu.event.AudioLevelChanged.$Properties instead.
                 */
                interface IAudioLevelChanged extends stream.video.sfu.event.AudioLevelChanged.$Properties {
                }

                /** Represents an AudioLevelChanged. */
                class AudioLevelChanged {

                    /**
                     * Constructs a new AudioLevelChanged.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.AudioLevelChanged.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** AudioLevelChanged audioLevels. */
                    audioLevels: stream.video.sfu.event.AudioLevel.$Properties[];

                    /**
                     * Encodes the specified AudioLevelChanged message. Does not implicitly {@link stream.video.sfu.event.AudioLevelChanged.verify|verify} messages.
                     * @param message AudioLevelChanged message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.AudioLevelChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an AudioLevelChanged message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.AudioLevelChanged & stream.video.sfu.event.AudioLevelChanged.$Shape} AudioLevelChanged
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.AudioLevelChanged & stream.video.sfu.event.AudioLevelChanged.$Shape;
                }

                namespace AudioLevelChanged {

                    /** Properties of an AudioLevelChanged. */
                    interface $Properties {

                        /** AudioLevelChanged audioLevels */
                        audioLevels?: (stream.video.sfu.event.AudioLevel.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an AudioLevelChanged. */
                    type $Shape = stream.video.sfu.event.AudioLevelChanged.$Properties;
                }

                /**
                 * Properties of an AudioSender.
                 * @deprecated Use stream.video.sfu.event.AudioSender.$Properties instead.
                 */
                interface IAudioSender extends stream.video.sfu.event.AudioSender.$Properties {
                }

                /** Represents an AudioSender. */
                class AudioSender {

                    /**
                     * Constructs a new AudioSender.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.AudioSender.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** AudioSender codec. */
                    codec?: (stream.video.sfu.models.Codec.$Properties|null);

                    /** AudioSender trackType. */
                    trackType: stream.video.sfu.models.TrackType;

                    /** AudioSender publishOptionId. */
                    publishOptionId: number;

                    /**
                     * Encodes the specified AudioSender message. Does not implicitly {@link stream.video.sfu.event.AudioSender.verify|verify} messages.
                     * @param message AudioSender message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.AudioSender.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an AudioSender message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.AudioSender & stream.video.sfu.event.AudioSender.$Shape} AudioSender
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.AudioSender & stream.video.sfu.event.AudioSender.$Shape;
                }

                namespace AudioSender {

                    /** Properties of an AudioSender. */
                    interface $Properties {

                        /** AudioSender codec */
                        codec?: (stream.video.sfu.models.Codec.$Properties|null);

                        /** AudioSender trackType */
                        trackType?: (stream.video.sfu.models.TrackType|null);

                        /** AudioSender publishOptionId */
                        publishOptionId?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an AudioSender. */
                    type $Shape = stream.video.sfu.event.AudioSender.$Properties;
                }

                /**
                 * Properties of a VideoLayerSetting.
                 * @deprecated Use stream.video.sfu.event.VideoLayerSetting.$Properties instead.
                 */
                interface IVideoLayerSetting extends stream.video.sfu.event.VideoLayerSetting.$Properties {
                }

                /** Represents a VideoLayerSetting. */
                class VideoLayerSetting {

                    /**
                     * Constructs a new VideoLayerSetting.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.VideoLayerSetting.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** VideoLayerSetting name. */
                    name: string;

                    /** VideoLayerSetting active. */
                    active: boolean;

                    /** VideoLayerSetting maxBitrate. */
                    maxBitrate: number;

                    /** VideoLayerSetting scaleResolutionDownBy. */
                    scaleResolutionDownBy: number;

                    /** VideoLayerSetting codec. */
                    codec?: (stream.video.sfu.models.Codec.$Properties|null);

                    /** VideoLayerSetting maxFramerate. */
                    maxFramerate: number;

                    /** VideoLayerSetting scalabilityMode. */
                    scalabilityMode: string;

                    /**
                     * Encodes the specified VideoLayerSetting message. Does not implicitly {@link stream.video.sfu.event.VideoLayerSetting.verify|verify} messages.
                     * @param message VideoLayerSetting message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.VideoLayerSetting.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a VideoLayerSetting message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.VideoLayerSetting & stream.video.sfu.event.VideoLayerSetting.$Shape} VideoLayerSetting
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.VideoLayerSetting & stream.video.sfu.event.VideoLayerSetting.$Shape;
                }

                namespace VideoLayerSetting {

                    /** Properties of a VideoLayerSetting. */
                    interface $Properties {

                        /** VideoLayerSetting name */
                        name?: (string|null);

                        /** VideoLayerSetting active */
                        active?: (boolean|null);

                        /** VideoLayerSetting maxBitrate */
                        maxBitrate?: (number|null);

                        /** VideoLayerSetting scaleResolutionDownBy */
                        scaleResolutionDownBy?: (number|null);

                        /** VideoLayerSetting codec */
                        codec?: (stream.video.sfu.models.Codec.$Properties|null);

                        /** VideoLayerSetting maxFramerate */
                        maxFramerate?: (number|null);

                        /** VideoLayerSetting scalabilityMode */
                        scalabilityMode?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a VideoLayerSetting. */
                    type $Shape = stream.video.sfu.event.VideoLayerSetting.$Properties;
                }

                /**
                 * Properties of a VideoSender.
                 * @deprecated Use stream.video.sfu.event.VideoSender.$Properties instead.
                 */
                interface IVideoSender extends stream.video.sfu.event.VideoSender.$Properties {
                }

                /** Represents a VideoSender. */
                class VideoSender {

                    /**
                     * Constructs a new VideoSender.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.VideoSender.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** VideoSender codec. */
                    codec?: (stream.video.sfu.models.Codec.$Properties|null);

                    /** VideoSender layers. */
                    layers: stream.video.sfu.event.VideoLayerSetting.$Properties[];

                    /** VideoSender trackType. */
                    trackType: stream.video.sfu.models.TrackType;

                    /** VideoSender publishOptionId. */
                    publishOptionId: number;

                    /** VideoSender degradationPreference. */
                    degradationPreference: stream.video.sfu.models.DegradationPreference;

                    /**
                     * Encodes the specified VideoSender message. Does not implicitly {@link stream.video.sfu.event.VideoSender.verify|verify} messages.
                     * @param message VideoSender message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.VideoSender.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a VideoSender message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.VideoSender & stream.video.sfu.event.VideoSender.$Shape} VideoSender
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.VideoSender & stream.video.sfu.event.VideoSender.$Shape;
                }

                namespace VideoSender {

                    /** Properties of a VideoSender. */
                    interface $Properties {

                        /** VideoSender codec */
                        codec?: (stream.video.sfu.models.Codec.$Properties|null);

                        /** VideoSender layers */
                        layers?: (stream.video.sfu.event.VideoLayerSetting.$Properties[]|null);

                        /** VideoSender trackType */
                        trackType?: (stream.video.sfu.models.TrackType|null);

                        /** VideoSender publishOptionId */
                        publishOptionId?: (number|null);

                        /** VideoSender degradationPreference */
                        degradationPreference?: (stream.video.sfu.models.DegradationPreference|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a VideoSender. */
                    type $Shape = stream.video.sfu.event.VideoSender.$Properties;
                }

                /**
                 * Properties of a ChangePublishQuality.
                 * @deprecated Use stream.video.sfu.event.ChangePublishQuality.$Properties instead.
                 */
                interface IChangePublishQuality extends stream.video.sfu.event.ChangePublishQuality.$Properties {
                }

                /** Represents a ChangePublishQuality. */
                class ChangePublishQuality {

                    /**
                     * Constructs a new ChangePublishQuality.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.ChangePublishQuality.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ChangePublishQuality audioSenders. */
                    audioSenders: stream.video.sfu.event.AudioSender.$Properties[];

                    /** ChangePublishQuality videoSenders. */
                    videoSenders: stream.video.sfu.event.VideoSender.$Properties[];

                    /**
                     * Encodes the specified ChangePublishQuality message. Does not implicitly {@link stream.video.sfu.event.ChangePublishQuality.verify|verify} messages.
                     * @param message ChangePublishQuality message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.ChangePublishQuality.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ChangePublishQuality message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.ChangePublishQuality & stream.video.sfu.event.ChangePublishQuality.$Shape} ChangePublishQuality
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.ChangePublishQuality & stream.video.sfu.event.ChangePublishQuality.$Shape;
                }

                namespace ChangePublishQuality {

                    /** Properties of a ChangePublishQuality. */
                    interface $Properties {

                        /** ChangePublishQuality audioSenders */
                        audioSenders?: (stream.video.sfu.event.AudioSender.$Properties[]|null);

                        /** ChangePublishQuality videoSenders */
                        videoSenders?: (stream.video.sfu.event.VideoSender.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ChangePublishQuality. */
                    type $Shape = stream.video.sfu.event.ChangePublishQuality.$Properties;
                }

                /**
                 * Properties of a CallGrantsUpdated.
                 * @deprecated Use stream.video.sfu.event.CallGrantsUpdated.$Properties instead.
                 */
                interface ICallGrantsUpdated extends stream.video.sfu.event.CallGrantsUpdated.$Properties {
                }

                /** Represents a CallGrantsUpdated. */
                class CallGrantsUpdated {

                    /**
                     * Constructs a new CallGrantsUpdated.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.CallGrantsUpdated.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CallGrantsUpdated currentGrants. */
                    currentGrants?: (stream.video.sfu.models.CallGrants.$Properties|null);

                    /** CallGrantsUpdated message. */
                    message: string;

                    /**
                     * Encodes the specified CallGrantsUpdated message. Does not implicitly {@link stream.video.sfu.event.CallGrantsUpdated.verify|verify} messages.
                     * @param message CallGrantsUpdated message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.CallGrantsUpdated.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CallGrantsUpdated message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.CallGrantsUpdated & stream.video.sfu.event.CallGrantsUpdated.$Shape} CallGrantsUpdated
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.CallGrantsUpdated & stream.video.sfu.event.CallGrantsUpdated.$Shape;
                }

                namespace CallGrantsUpdated {

                    /** Properties of a CallGrantsUpdated. */
                    interface $Properties {

                        /** CallGrantsUpdated currentGrants */
                        currentGrants?: (stream.video.sfu.models.CallGrants.$Properties|null);

                        /** CallGrantsUpdated message */
                        message?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CallGrantsUpdated. */
                    type $Shape = stream.video.sfu.event.CallGrantsUpdated.$Properties;
                }

                /**
                 * Properties of a GoAway.
                 * @deprecated Use stream.video.sfu.event.GoAway.$Properties instead.
                 */
                interface IGoAway extends stream.video.sfu.event.GoAway.$Properties {
                }

                /** Represents a GoAway. */
                class GoAway {

                    /**
                     * Constructs a new GoAway.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.GoAway.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** GoAway reason. */
                    reason: stream.video.sfu.models.GoAwayReason;

                    /**
                     * Encodes the specified GoAway message. Does not implicitly {@link stream.video.sfu.event.GoAway.verify|verify} messages.
                     * @param message GoAway message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.GoAway.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a GoAway message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.GoAway & stream.video.sfu.event.GoAway.$Shape} GoAway
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.GoAway & stream.video.sfu.event.GoAway.$Shape;
                }

                namespace GoAway {

                    /** Properties of a GoAway. */
                    interface $Properties {

                        /** GoAway reason */
                        reason?: (stream.video.sfu.models.GoAwayReason|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a GoAway. */
                    type $Shape = stream.video.sfu.event.GoAway.$Properties;
                }

                /**
                 * Properties of a CallEnded.
                 * @deprecated Use stream.video.sfu.event.CallEnded.$Properties instead.
                 */
                interface ICallEnded extends stream.video.sfu.event.CallEnded.$Properties {
                }

                /** Represents a CallEnded. */
                class CallEnded {

                    /**
                     * Constructs a new CallEnded.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.CallEnded.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CallEnded reason. */
                    reason: stream.video.sfu.models.CallEndedReason;

                    /**
                     * Encodes the specified CallEnded message. Does not implicitly {@link stream.video.sfu.event.CallEnded.verify|verify} messages.
                     * @param message CallEnded message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.CallEnded.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CallEnded message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.CallEnded & stream.video.sfu.event.CallEnded.$Shape} CallEnded
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.CallEnded & stream.video.sfu.event.CallEnded.$Shape;
                }

                namespace CallEnded {

                    /** Properties of a CallEnded. */
                    interface $Properties {

                        /** CallEnded reason */
                        reason?: (stream.video.sfu.models.CallEndedReason|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CallEnded. */
                    type $Shape = stream.video.sfu.event.CallEnded.$Properties;
                }

                /**
                 * Properties of an InboundStateNotification.
                 * @deprecated Use stream.video.sfu.event.InboundStateNotification.$Properties instead.
                 */
                interface IInboundStateNotification extends stream.video.sfu.event.InboundStateNotification.$Properties {
                }

                /** Represents an InboundStateNotification. */
                class InboundStateNotification {

                    /**
                     * Constructs a new InboundStateNotification.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.InboundStateNotification.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InboundStateNotification inboundVideoStates. */
                    inboundVideoStates: stream.video.sfu.event.InboundVideoState.$Properties[];

                    /**
                     * Encodes the specified InboundStateNotification message. Does not implicitly {@link stream.video.sfu.event.InboundStateNotification.verify|verify} messages.
                     * @param message InboundStateNotification message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.InboundStateNotification.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InboundStateNotification message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.InboundStateNotification & stream.video.sfu.event.InboundStateNotification.$Shape} InboundStateNotification
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.InboundStateNotification & stream.video.sfu.event.InboundStateNotification.$Shape;
                }

                namespace InboundStateNotification {

                    /** Properties of an InboundStateNotification. */
                    interface $Properties {

                        /** InboundStateNotification inboundVideoStates */
                        inboundVideoStates?: (stream.video.sfu.event.InboundVideoState.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an InboundStateNotification. */
                    type $Shape = stream.video.sfu.event.InboundStateNotification.$Properties;
                }

                /**
                 * Properties of an InboundVideoState.
                 * @deprecated Use stream.video.sfu.event.InboundVideoState.$Properties instead.
                 */
                interface IInboundVideoState extends stream.video.sfu.event.InboundVideoState.$Properties {
                }

                /** Represents an InboundVideoState. */
                class InboundVideoState {

                    /**
                     * Constructs a new InboundVideoState.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.event.InboundVideoState.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InboundVideoState userId. */
                    userId: string;

                    /** InboundVideoState sessionId. */
                    sessionId: string;

                    /** InboundVideoState trackType. */
                    trackType: stream.video.sfu.models.TrackType;

                    /** InboundVideoState paused. */
                    paused: boolean;

                    /**
                     * Encodes the specified InboundVideoState message. Does not implicitly {@link stream.video.sfu.event.InboundVideoState.verify|verify} messages.
                     * @param message InboundVideoState message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.event.InboundVideoState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InboundVideoState message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.event.InboundVideoState & stream.video.sfu.event.InboundVideoState.$Shape} InboundVideoState
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.event.InboundVideoState & stream.video.sfu.event.InboundVideoState.$Shape;
                }

                namespace InboundVideoState {

                    /** Properties of an InboundVideoState. */
                    interface $Properties {

                        /** InboundVideoState userId */
                        userId?: (string|null);

                        /** InboundVideoState sessionId */
                        sessionId?: (string|null);

                        /** InboundVideoState trackType */
                        trackType?: (stream.video.sfu.models.TrackType|null);

                        /** InboundVideoState paused */
                        paused?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an InboundVideoState. */
                    type $Shape = stream.video.sfu.event.InboundVideoState.$Properties;
                }
            }

            /** Namespace models. */
            namespace models {

                /**
                 * Properties of a CallState.
                 * @deprecated Use stream.video.sfu.models.CallState.$Properties instead.
                 */
                interface ICallState extends stream.video.sfu.models.CallState.$Properties {
                }

                /** Represents a CallState. */
                class CallState {

                    /**
                     * Constructs a new CallState.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.CallState.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CallState participants. */
                    participants: stream.video.sfu.models.Participant.$Properties[];

                    /** CallState startedAt. */
                    startedAt?: (google.protobuf.Timestamp.$Properties|null);

                    /** CallState participantCount. */
                    participantCount?: (stream.video.sfu.models.ParticipantCount.$Properties|null);

                    /** CallState pins. */
                    pins: stream.video.sfu.models.Pin.$Properties[];

                    /** CallState e2eeEnabled. */
                    e2eeEnabled: boolean;

                    /**
                     * Encodes the specified CallState message. Does not implicitly {@link stream.video.sfu.models.CallState.verify|verify} messages.
                     * @param message CallState message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.CallState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CallState message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.CallState & stream.video.sfu.models.CallState.$Shape} CallState
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.CallState & stream.video.sfu.models.CallState.$Shape;
                }

                namespace CallState {

                    /** Properties of a CallState. */
                    interface $Properties {

                        /** CallState participants */
                        participants?: (stream.video.sfu.models.Participant.$Properties[]|null);

                        /** CallState startedAt */
                        startedAt?: (google.protobuf.Timestamp.$Properties|null);

                        /** CallState participantCount */
                        participantCount?: (stream.video.sfu.models.ParticipantCount.$Properties|null);

                        /** CallState pins */
                        pins?: (stream.video.sfu.models.Pin.$Properties[]|null);

                        /** CallState e2eeEnabled */
                        e2eeEnabled?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CallState. */
                    type $Shape = {
                      participants?: stream.video.sfu.models.Participant.$Shape[]|null;
                      startedAt?: google.protobuf.Timestamp.$Shape|null;
                      participantCount?: stream.video.sfu.models.ParticipantCount.$Shape|null;
                      pins?: stream.video.sfu.models.Pin.$Shape[]|null;
                      e2eeEnabled?: boolean|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a ParticipantCount.
                 * @deprecated Use stream.video.sfu.models.ParticipantCount.$Properties instead.
                 */
                interface IParticipantCount extends stream.video.sfu.models.ParticipantCount.$Properties {
                }

                /** Represents a ParticipantCount. */
                class ParticipantCount {

                    /**
                     * Constructs a new ParticipantCount.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.ParticipantCount.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ParticipantCount total. */
                    total: number;

                    /** ParticipantCount anonymous. */
                    anonymous: number;

                    /**
                     * Encodes the specified ParticipantCount message. Does not implicitly {@link stream.video.sfu.models.ParticipantCount.verify|verify} messages.
                     * @param message ParticipantCount message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.ParticipantCount.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ParticipantCount message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.ParticipantCount & stream.video.sfu.models.ParticipantCount.$Shape} ParticipantCount
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.ParticipantCount & stream.video.sfu.models.ParticipantCount.$Shape;
                }

                namespace ParticipantCount {

                    /** Properties of a ParticipantCount. */
                    interface $Properties {

                        /** ParticipantCount total */
                        total?: (number|null);

                        /** ParticipantCount anonymous */
                        anonymous?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ParticipantCount. */
                    type $Shape = stream.video.sfu.models.ParticipantCount.$Properties;
                }

                /**
                 * Properties of a Pin.
                 * @deprecated Use stream.video.sfu.models.Pin.$Properties instead.
                 */
                interface IPin extends stream.video.sfu.models.Pin.$Properties {
                }

                /** Represents a Pin. */
                class Pin {

                    /**
                     * Constructs a new Pin.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.Pin.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Pin userId. */
                    userId: string;

                    /** Pin sessionId. */
                    sessionId: string;

                    /**
                     * Encodes the specified Pin message. Does not implicitly {@link stream.video.sfu.models.Pin.verify|verify} messages.
                     * @param message Pin message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.Pin.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Pin message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.Pin & stream.video.sfu.models.Pin.$Shape} Pin
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.Pin & stream.video.sfu.models.Pin.$Shape;
                }

                namespace Pin {

                    /** Properties of a Pin. */
                    interface $Properties {

                        /** Pin userId */
                        userId?: (string|null);

                        /** Pin sessionId */
                        sessionId?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Pin. */
                    type $Shape = stream.video.sfu.models.Pin.$Properties;
                }

                /**
                 * Properties of a Participant.
                 * @deprecated Use stream.video.sfu.models.Participant.$Properties instead.
                 */
                interface IParticipant extends stream.video.sfu.models.Participant.$Properties {
                }

                /** Represents a Participant. */
                class Participant {

                    /**
                     * Constructs a new Participant.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.Participant.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Participant userId. */
                    userId: string;

                    /** Participant sessionId. */
                    sessionId: string;

                    /** Participant publishedTracks. */
                    publishedTracks: stream.video.sfu.models.TrackType[];

                    /** Participant joinedAt. */
                    joinedAt?: (google.protobuf.Timestamp.$Properties|null);

                    /** Participant trackLookupPrefix. */
                    trackLookupPrefix: string;

                    /** Participant connectionQuality. */
                    connectionQuality: stream.video.sfu.models.ConnectionQuality;

                    /** Participant isSpeaking. */
                    isSpeaking: boolean;

                    /** Participant isDominantSpeaker. */
                    isDominantSpeaker: boolean;

                    /** Participant audioLevel. */
                    audioLevel: number;

                    /** Participant name. */
                    name: string;

                    /** Participant image. */
                    image: string;

                    /** Participant custom. */
                    custom?: (google.protobuf.Struct.$Properties|null);

                    /** Participant roles. */
                    roles: string[];

                    /** Participant source. */
                    source: stream.video.sfu.models.ParticipantSource;

                    /**
                     * Encodes the specified Participant message. Does not implicitly {@link stream.video.sfu.models.Participant.verify|verify} messages.
                     * @param message Participant message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.Participant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Participant message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.Participant & stream.video.sfu.models.Participant.$Shape} Participant
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.Participant & stream.video.sfu.models.Participant.$Shape;
                }

                namespace Participant {

                    /** Properties of a Participant. */
                    interface $Properties {

                        /** Participant userId */
                        userId?: (string|null);

                        /** Participant sessionId */
                        sessionId?: (string|null);

                        /** Participant publishedTracks */
                        publishedTracks?: (stream.video.sfu.models.TrackType[]|null);

                        /** Participant joinedAt */
                        joinedAt?: (google.protobuf.Timestamp.$Properties|null);

                        /** Participant trackLookupPrefix */
                        trackLookupPrefix?: (string|null);

                        /** Participant connectionQuality */
                        connectionQuality?: (stream.video.sfu.models.ConnectionQuality|null);

                        /** Participant isSpeaking */
                        isSpeaking?: (boolean|null);

                        /** Participant isDominantSpeaker */
                        isDominantSpeaker?: (boolean|null);

                        /** Participant audioLevel */
                        audioLevel?: (number|null);

                        /** Participant name */
                        name?: (string|null);

                        /** Participant image */
                        image?: (string|null);

                        /** Participant custom */
                        custom?: (google.protobuf.Struct.$Properties|null);

                        /** Participant roles */
                        roles?: (string[]|null);

                        /** Participant source */
                        source?: (stream.video.sfu.models.ParticipantSource|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Participant. */
                    type $Shape = {
                      userId?: string|null;
                      sessionId?: string|null;
                      publishedTracks?: stream.video.sfu.models.TrackType[]|null;
                      joinedAt?: google.protobuf.Timestamp.$Shape|null;
                      trackLookupPrefix?: string|null;
                      connectionQuality?: stream.video.sfu.models.ConnectionQuality|null;
                      isSpeaking?: boolean|null;
                      isDominantSpeaker?: boolean|null;
                      audioLevel?: number|null;
                      name?: string|null;
                      image?: string|null;
                      custom?: google.protobuf.Struct.$Shape|null;
                      roles?: string[]|null;
                      source?: stream.video.sfu.models.ParticipantSource|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a VideoDimension.
                 * @deprecated Use stream.video.sfu.models.VideoDimension.$Properties instead.
                 */
                interface IVideoDimension extends stream.video.sfu.models.VideoDimension.$Properties {
                }

                /** Represents a VideoDimension. */
                class VideoDimension {

                    /**
                     * Constructs a new VideoDimension.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.VideoDimension.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** VideoDimension width. */
                    width: number;

                    /** VideoDimension height. */
                    height: number;

                    /**
                     * Encodes the specified VideoDimension message. Does not implicitly {@link stream.video.sfu.models.VideoDimension.verify|verify} messages.
                     * @param message VideoDimension message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.VideoDimension.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a VideoDimension message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.VideoDimension & stream.video.sfu.models.VideoDimension.$Shape} VideoDimension
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.VideoDimension & stream.video.sfu.models.VideoDimension.$Shape;
                }

                namespace VideoDimension {

                    /** Properties of a VideoDimension. */
                    interface $Properties {

                        /** VideoDimension width */
                        width?: (number|null);

                        /** VideoDimension height */
                        height?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a VideoDimension. */
                    type $Shape = stream.video.sfu.models.VideoDimension.$Properties;
                }

                /**
                 * Properties of a VideoLayer.
                 * @deprecated Use stream.video.sfu.models.VideoLayer.$Properties instead.
                 */
                interface IVideoLayer extends stream.video.sfu.models.VideoLayer.$Properties {
                }

                /** Represents a VideoLayer. */
                class VideoLayer {

                    /**
                     * Constructs a new VideoLayer.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.VideoLayer.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** VideoLayer rid. */
                    rid: string;

                    /** VideoLayer videoDimension. */
                    videoDimension?: (stream.video.sfu.models.VideoDimension.$Properties|null);

                    /** VideoLayer bitrate. */
                    bitrate: number;

                    /** VideoLayer fps. */
                    fps: number;

                    /** VideoLayer quality. */
                    quality: stream.video.sfu.models.VideoQuality;

                    /**
                     * Encodes the specified VideoLayer message. Does not implicitly {@link stream.video.sfu.models.VideoLayer.verify|verify} messages.
                     * @param message VideoLayer message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.VideoLayer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a VideoLayer message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.VideoLayer & stream.video.sfu.models.VideoLayer.$Shape} VideoLayer
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.VideoLayer & stream.video.sfu.models.VideoLayer.$Shape;
                }

                namespace VideoLayer {

                    /** Properties of a VideoLayer. */
                    interface $Properties {

                        /** VideoLayer rid */
                        rid?: (string|null);

                        /** VideoLayer videoDimension */
                        videoDimension?: (stream.video.sfu.models.VideoDimension.$Properties|null);

                        /** VideoLayer bitrate */
                        bitrate?: (number|null);

                        /** VideoLayer fps */
                        fps?: (number|null);

                        /** VideoLayer quality */
                        quality?: (stream.video.sfu.models.VideoQuality|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a VideoLayer. */
                    type $Shape = stream.video.sfu.models.VideoLayer.$Properties;
                }

                /**
                 * Properties of a SubscribeOption.
                 * @deprecated Use stream.video.sfu.models.SubscribeOption.$Properties instead.
                 */
                interface ISubscribeOption extends stream.video.sfu.models.SubscribeOption.$Properties {
                }

                /** Represents a SubscribeOption. */
                class SubscribeOption {

                    /**
                     * Constructs a new SubscribeOption.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.SubscribeOption.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SubscribeOption trackType. */
                    trackType: stream.video.sfu.models.TrackType;

                    /** SubscribeOption codecs. */
                    codecs: stream.video.sfu.models.Codec.$Properties[];

                    /**
                     * Encodes the specified SubscribeOption message. Does not implicitly {@link stream.video.sfu.models.SubscribeOption.verify|verify} messages.
                     * @param message SubscribeOption message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.SubscribeOption.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SubscribeOption message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.SubscribeOption & stream.video.sfu.models.SubscribeOption.$Shape} SubscribeOption
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.SubscribeOption & stream.video.sfu.models.SubscribeOption.$Shape;
                }

                namespace SubscribeOption {

                    /** Properties of a SubscribeOption. */
                    interface $Properties {

                        /** SubscribeOption trackType */
                        trackType?: (stream.video.sfu.models.TrackType|null);

                        /** SubscribeOption codecs */
                        codecs?: (stream.video.sfu.models.Codec.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a SubscribeOption. */
                    type $Shape = stream.video.sfu.models.SubscribeOption.$Properties;
                }

                /**
                 * Properties of a PublishOption.
                 * @deprecated Use stream.video.sfu.models.PublishOption.$Properties instead.
                 */
                interface IPublishOption extends stream.video.sfu.models.PublishOption.$Properties {
                }

                /** Represents a PublishOption. */
                class PublishOption {

                    /**
                     * Constructs a new PublishOption.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.PublishOption.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PublishOption trackType. */
                    trackType: stream.video.sfu.models.TrackType;

                    /** PublishOption codec. */
                    codec?: (stream.video.sfu.models.Codec.$Properties|null);

                    /** PublishOption bitrate. */
                    bitrate: number;

                    /** PublishOption fps. */
                    fps: number;

                    /** PublishOption maxSpatialLayers. */
                    maxSpatialLayers: number;

                    /** PublishOption maxTemporalLayers. */
                    maxTemporalLayers: number;

                    /** PublishOption videoDimension. */
                    videoDimension?: (stream.video.sfu.models.VideoDimension.$Properties|null);

                    /** PublishOption id. */
                    id: number;

                    /** PublishOption useSingleLayer. */
                    useSingleLayer: boolean;

                    /** PublishOption audioBitrateProfiles. */
                    audioBitrateProfiles: stream.video.sfu.models.AudioBitrate.$Properties[];

                    /** PublishOption degradationPreference. */
                    degradationPreference: stream.video.sfu.models.DegradationPreference;

                    /**
                     * Encodes the specified PublishOption message. Does not implicitly {@link stream.video.sfu.models.PublishOption.verify|verify} messages.
                     * @param message PublishOption message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.PublishOption.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a PublishOption message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.PublishOption & stream.video.sfu.models.PublishOption.$Shape} PublishOption
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.PublishOption & stream.video.sfu.models.PublishOption.$Shape;
                }

                namespace PublishOption {

                    /** Properties of a PublishOption. */
                    interface $Properties {

                        /** PublishOption trackType */
                        trackType?: (stream.video.sfu.models.TrackType|null);

                        /** PublishOption codec */
                        codec?: (stream.video.sfu.models.Codec.$Properties|null);

                        /** PublishOption bitrate */
                        bitrate?: (number|null);

                        /** PublishOption fps */
                        fps?: (number|null);

                        /** PublishOption maxSpatialLayers */
                        maxSpatialLayers?: (number|null);

                        /** PublishOption maxTemporalLayers */
                        maxTemporalLayers?: (number|null);

                        /** PublishOption videoDimension */
                        videoDimension?: (stream.video.sfu.models.VideoDimension.$Properties|null);

                        /** PublishOption id */
                        id?: (number|null);

                        /** PublishOption useSingleLayer */
                        useSingleLayer?: (boolean|null);

                        /** PublishOption audioBitrateProfiles */
                        audioBitrateProfiles?: (stream.video.sfu.models.AudioBitrate.$Properties[]|null);

                        /** PublishOption degradationPreference */
                        degradationPreference?: (stream.video.sfu.models.DegradationPreference|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PublishOption. */
                    type $Shape = stream.video.sfu.models.PublishOption.$Properties;
                }

                /**
                 * Properties of a Codec.
                 * @deprecated Use stream.video.sfu.models.Codec.$Properties instead.
                 */
                interface ICodec extends stream.video.sfu.models.Codec.$Properties {
                }

                /** Represents a Codec. */
                class Codec {

                    /**
                     * Constructs a new Codec.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.Codec.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Codec name. */
                    name: string;

                    /** Codec fmtp. */
                    fmtp: string;

                    /** Codec clockRate. */
                    clockRate: number;

                    /** Codec encodingParameters. */
                    encodingParameters: string;

                    /** Codec payloadType. */
                    payloadType: number;

                    /**
                     * Encodes the specified Codec message. Does not implicitly {@link stream.video.sfu.models.Codec.verify|verify} messages.
                     * @param message Codec message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.Codec.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Codec message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.Codec & stream.video.sfu.models.Codec.$Shape} Codec
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.Codec & stream.video.sfu.models.Codec.$Shape;
                }

                namespace Codec {

                    /** Properties of a Codec. */
                    interface $Properties {

                        /** Codec name */
                        name?: (string|null);

                        /** Codec fmtp */
                        fmtp?: (string|null);

                        /** Codec clockRate */
                        clockRate?: (number|null);

                        /** Codec encodingParameters */
                        encodingParameters?: (string|null);

                        /** Codec payloadType */
                        payloadType?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Codec. */
                    type $Shape = stream.video.sfu.models.Codec.$Properties;
                }

                /**
                 * Properties of a ICETrickle.
                 * @deprecated Use stream.video.sfu.models.ICETrickle.$Properties instead.
                 */
                interface IICETrickle extends stream.video.sfu.models.ICETrickle.$Properties {
                }

                /** Represents a ICETrickle. */
                class ICETrickle {

                    /**
                     * Constructs a new ICETrickle.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.ICETrickle.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ICETrickle peerType. */
                    peerType: stream.video.sfu.models.PeerType;

                    /** ICETrickle iceCandidate. */
                    iceCandidate: string;

                    /** ICETrickle sessionId. */
                    sessionId: string;

                    /**
                     * Encodes the specified ICETrickle message. Does not implicitly {@link stream.video.sfu.models.ICETrickle.verify|verify} messages.
                     * @param message ICETrickle message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.ICETrickle.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ICETrickle message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.ICETrickle & stream.video.sfu.models.ICETrickle.$Shape} ICETrickle
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.ICETrickle & stream.video.sfu.models.ICETrickle.$Shape;
                }

                namespace ICETrickle {

                    /** Properties of a ICETrickle. */
                    interface $Properties {

                        /** ICETrickle peerType */
                        peerType?: (stream.video.sfu.models.PeerType|null);

                        /** ICETrickle iceCandidate */
                        iceCandidate?: (string|null);

                        /** ICETrickle sessionId */
                        sessionId?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ICETrickle. */
                    type $Shape = stream.video.sfu.models.ICETrickle.$Properties;
                }

                /**
                 * Properties of an AudioBitrate.
                 * @deprecated Use stream.video.sfu.models.AudioBitrate.$Properties instead.
                 */
                interface IAudioBitrate extends stream.video.sfu.models.AudioBitrate.$Properties {
                }

                /** Represents an AudioBitrate. */
                class AudioBitrate {

                    /**
                     * Constructs a new AudioBitrate.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.AudioBitrate.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** AudioBitrate profile. */
                    profile: stream.video.sfu.models.AudioBitrateProfile;

                    /** AudioBitrate bitrate. */
                    bitrate: number;

                    /**
                     * Encodes the specified AudioBitrate message. Does not implicitly {@link stream.video.sfu.models.AudioBitrate.verify|verify} messages.
                     * @param message AudioBitrate message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.AudioBitrate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an AudioBitrate message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.AudioBitrate & stream.video.sfu.models.AudioBitrate.$Shape} AudioBitrate
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.AudioBitrate & stream.video.sfu.models.AudioBitrate.$Shape;
                }

                namespace AudioBitrate {

                    /** Properties of an AudioBitrate. */
                    interface $Properties {

                        /** AudioBitrate profile */
                        profile?: (stream.video.sfu.models.AudioBitrateProfile|null);

                        /** AudioBitrate bitrate */
                        bitrate?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an AudioBitrate. */
                    type $Shape = stream.video.sfu.models.AudioBitrate.$Properties;
                }

                /**
                 * Properties of a TrackInfo.
                 * @deprecated Use stream.video.sfu.models.TrackInfo.$Properties instead.
                 */
                interface ITrackInfo extends stream.video.sfu.models.TrackInfo.$Properties {
                }

                /** Represents a TrackInfo. */
                class TrackInfo {

                    /**
                     * Constructs a new TrackInfo.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.TrackInfo.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TrackInfo trackId. */
                    trackId: string;

                    /** TrackInfo trackType. */
                    trackType: stream.video.sfu.models.TrackType;

                    /** TrackInfo layers. */
                    layers: stream.video.sfu.models.VideoLayer.$Properties[];

                    /** TrackInfo mid. */
                    mid: string;

                    /** TrackInfo dtx. */
                    dtx: boolean;

                    /** TrackInfo stereo. */
                    stereo: boolean;

                    /** TrackInfo red. */
                    red: boolean;

                    /** TrackInfo muted. */
                    muted: boolean;

                    /** TrackInfo codec. */
                    codec?: (stream.video.sfu.models.Codec.$Properties|null);

                    /** TrackInfo publishOptionId. */
                    publishOptionId: number;

                    /** TrackInfo selfSubAudioVideo. */
                    selfSubAudioVideo: boolean;

                    /**
                     * Encodes the specified TrackInfo message. Does not implicitly {@link stream.video.sfu.models.TrackInfo.verify|verify} messages.
                     * @param message TrackInfo message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.TrackInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TrackInfo message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.TrackInfo & stream.video.sfu.models.TrackInfo.$Shape} TrackInfo
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.TrackInfo & stream.video.sfu.models.TrackInfo.$Shape;
                }

                namespace TrackInfo {

                    /** Properties of a TrackInfo. */
                    interface $Properties {

                        /** TrackInfo trackId */
                        trackId?: (string|null);

                        /** TrackInfo trackType */
                        trackType?: (stream.video.sfu.models.TrackType|null);

                        /** TrackInfo layers */
                        layers?: (stream.video.sfu.models.VideoLayer.$Properties[]|null);

                        /** TrackInfo mid */
                        mid?: (string|null);

                        /** TrackInfo dtx */
                        dtx?: (boolean|null);

                        /** TrackInfo stereo */
                        stereo?: (boolean|null);

                        /** TrackInfo red */
                        red?: (boolean|null);

                        /** TrackInfo muted */
                        muted?: (boolean|null);

                        /** TrackInfo codec */
                        codec?: (stream.video.sfu.models.Codec.$Properties|null);

                        /** TrackInfo publishOptionId */
                        publishOptionId?: (number|null);

                        /** TrackInfo selfSubAudioVideo */
                        selfSubAudioVideo?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TrackInfo. */
                    type $Shape = stream.video.sfu.models.TrackInfo.$Properties;
                }

                /**
                 * Properties of an Error.
                 * @deprecated Use stream.video.sfu.models.Error.$Properties instead.
                 */
                interface IError extends stream.video.sfu.models.Error.$Properties {
                }

                /** Represents an Error. */
                class Error {

                    /**
                     * Constructs a new Error.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.Error.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Error code. */
                    code: stream.video.sfu.models.ErrorCode;

                    /** Error message. */
                    message: string;

                    /** Error shouldRetry. */
                    shouldRetry: boolean;

                    /**
                     * Encodes the specified Error message. Does not implicitly {@link stream.video.sfu.models.Error.verify|verify} messages.
                     * @param message Error message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.Error.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an Error message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.Error & stream.video.sfu.models.Error.$Shape} Error
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.Error & stream.video.sfu.models.Error.$Shape;
                }

                namespace Error {

                    /** Properties of an Error. */
                    interface $Properties {

                        /** Error code */
                        code?: (stream.video.sfu.models.ErrorCode|null);

                        /** Error message */
                        message?: (string|null);

                        /** Error shouldRetry */
                        shouldRetry?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an Error. */
                    type $Shape = stream.video.sfu.models.Error.$Properties;
                }

                /**
                 * Properties of a ClientDetails.
                 * @deprecated Use stream.video.sfu.models.ClientDetails.$Properties instead.
                 */
                interface IClientDetails extends stream.video.sfu.models.ClientDetails.$Properties {
                }

                /** Represents a ClientDetails. */
                class ClientDetails {

                    /**
                     * Constructs a new ClientDetails.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.ClientDetails.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ClientDetails sdk. */
                    sdk?: (stream.video.sfu.models.Sdk.$Properties|null);

                    /** ClientDetails os. */
                    os?: (stream.video.sfu.models.OS.$Properties|null);

                    /** ClientDetails browser. */
                    browser?: (stream.video.sfu.models.Browser.$Properties|null);

                    /** ClientDetails device. */
                    device?: (stream.video.sfu.models.Device.$Properties|null);

                    /** ClientDetails webrtcVersion. */
                    webrtcVersion: string;

                    /**
                     * Encodes the specified ClientDetails message. Does not implicitly {@link stream.video.sfu.models.ClientDetails.verify|verify} messages.
                     * @param message ClientDetails message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.ClientDetails.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ClientDetails message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.ClientDetails & stream.video.sfu.models.ClientDetails.$Shape} ClientDetails
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.ClientDetails & stream.video.sfu.models.ClientDetails.$Shape;
                }

                namespace ClientDetails {

                    /** Properties of a ClientDetails. */
                    interface $Properties {

                        /** ClientDetails sdk */
                        sdk?: (stream.video.sfu.models.Sdk.$Properties|null);

                        /** ClientDetails os */
                        os?: (stream.video.sfu.models.OS.$Properties|null);

                        /** ClientDetails browser */
                        browser?: (stream.video.sfu.models.Browser.$Properties|null);

                        /** ClientDetails device */
                        device?: (stream.video.sfu.models.Device.$Properties|null);

                        /** ClientDetails webrtcVersion */
                        webrtcVersion?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ClientDetails. */
                    type $Shape = stream.video.sfu.models.ClientDetails.$Properties;
                }

                /**
                 * Properties of a Sdk.
                 * @deprecated Use stream.video.sfu.models.Sdk.$Properties instead.
                 */
                interface ISdk extends stream.video.sfu.models.Sdk.$Properties {
                }

                /** Represents a Sdk. */
                class Sdk {

                    /**
                     * Constructs a new Sdk.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.Sdk.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Sdk type. */
                    type: stream.video.sfu.models.SdkType;

                    /** Sdk major. */
                    major: string;

                    /** Sdk minor. */
                    minor: string;

                    /** Sdk patch. */
                    patch: string;

                    /**
                     * Encodes the specified Sdk message. Does not implicitly {@link stream.video.sfu.models.Sdk.verify|verify} messages.
                     * @param message Sdk message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.Sdk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Sdk message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.Sdk & stream.video.sfu.models.Sdk.$Shape} Sdk
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.Sdk & stream.video.sfu.models.Sdk.$Shape;
                }

                namespace Sdk {

                    /** Properties of a Sdk. */
                    interface $Properties {

                        /** Sdk type */
                        type?: (stream.video.sfu.models.SdkType|null);

                        /** Sdk major */
                        major?: (string|null);

                        /** Sdk minor */
                        minor?: (string|null);

                        /** Sdk patch */
                        patch?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Sdk. */
                    type $Shape = stream.video.sfu.models.Sdk.$Properties;
                }

                /**
                 * Properties of a OS.
                 * @deprecated Use stream.video.sfu.models.OS.$Properties instead.
                 */
                interface IOS extends stream.video.sfu.models.OS.$Properties {
                }

                /** Represents a OS. */
                class OS {

                    /**
                     * Constructs a new OS.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.OS.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** OS name. */
                    name: string;

                    /** OS version. */
                    version: string;

                    /** OS architecture. */
                    architecture: string;

                    /**
                     * Encodes the specified OS message. Does not implicitly {@link stream.video.sfu.models.OS.verify|verify} messages.
                     * @param message OS message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.OS.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a OS message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.OS & stream.video.sfu.models.OS.$Shape} OS
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.OS & stream.video.sfu.models.OS.$Shape;
                }

                namespace OS {

                    /** Properties of a OS. */
                    interface $Properties {

                        /** OS name */
                        name?: (string|null);

                        /** OS version */
                        version?: (string|null);

                        /** OS architecture */
                        architecture?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a OS. */
                    type $Shape = stream.video.sfu.models.OS.$Properties;
                }

                /**
                 * Properties of a Browser.
                 * @deprecated Use stream.video.sfu.models.Browser.$Properties instead.
                 */
                interface IBrowser extends stream.video.sfu.models.Browser.$Properties {
                }

                /** Represents a Browser. */
                class Browser {

                    /**
                     * Constructs a new Browser.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.Browser.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Browser name. */
                    name: string;

                    /** Browser version. */
                    version: string;

                    /**
                     * Encodes the specified Browser message. Does not implicitly {@link stream.video.sfu.models.Browser.verify|verify} messages.
                     * @param message Browser message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.Browser.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Browser message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.Browser & stream.video.sfu.models.Browser.$Shape} Browser
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.Browser & stream.video.sfu.models.Browser.$Shape;
                }

                namespace Browser {

                    /** Properties of a Browser. */
                    interface $Properties {

                        /** Browser name */
                        name?: (string|null);

                        /** Browser version */
                        version?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Browser. */
                    type $Shape = stream.video.sfu.models.Browser.$Properties;
                }

                /**
                 * Properties of a Device.
                 * @deprecated Use stream.video.sfu.models.Device.$Properties instead.
                 */
                interface IDevice extends stream.video.sfu.models.Device.$Properties {
                }

                /** Represents a Device. */
                class Device {

                    /**
                     * Constructs a new Device.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.Device.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Device name. */
                    name: string;

                    /** Device version. */
                    version: string;

                    /**
                     * Encodes the specified Device message. Does not implicitly {@link stream.video.sfu.models.Device.verify|verify} messages.
                     * @param message Device message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.Device.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Device message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.Device & stream.video.sfu.models.Device.$Shape} Device
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.Device & stream.video.sfu.models.Device.$Shape;
                }

                namespace Device {

                    /** Properties of a Device. */
                    interface $Properties {

                        /** Device name */
                        name?: (string|null);

                        /** Device version */
                        version?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Device. */
                    type $Shape = stream.video.sfu.models.Device.$Properties;
                }

                /**
                 * Properties of a CallGrants.
                 * @deprecated Use stream.video.sfu.models.CallGrants.$Properties instead.
                 */
                interface ICallGrants extends stream.video.sfu.models.CallGrants.$Properties {
                }

                /** Represents a CallGrants. */
                class CallGrants {

                    /**
                     * Constructs a new CallGrants.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.models.CallGrants.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CallGrants canPublishAudio. */
                    canPublishAudio: boolean;

                    /** CallGrants canPublishVideo. */
                    canPublishVideo: boolean;

                    /** CallGrants canScreenshare. */
                    canScreenshare: boolean;

                    /**
                     * Encodes the specified CallGrants message. Does not implicitly {@link stream.video.sfu.models.CallGrants.verify|verify} messages.
                     * @param message CallGrants message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.models.CallGrants.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CallGrants message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.models.CallGrants & stream.video.sfu.models.CallGrants.$Shape} CallGrants
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.models.CallGrants & stream.video.sfu.models.CallGrants.$Shape;
                }

                namespace CallGrants {

                    /** Properties of a CallGrants. */
                    interface $Properties {

                        /** CallGrants canPublishAudio */
                        canPublishAudio?: (boolean|null);

                        /** CallGrants canPublishVideo */
                        canPublishVideo?: (boolean|null);

                        /** CallGrants canScreenshare */
                        canScreenshare?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CallGrants. */
                    type $Shape = stream.video.sfu.models.CallGrants.$Properties;
                }

                /** PeerType enum. */
                enum PeerType {

                    /** PEER_TYPE_PUBLISHER_UNSPECIFIED value */
                    PEER_TYPE_PUBLISHER_UNSPECIFIED = 0,

                    /** PEER_TYPE_SUBSCRIBER value */
                    PEER_TYPE_SUBSCRIBER = 1
                }

                /** ConnectionQuality enum. */
                enum ConnectionQuality {

                    /** CONNECTION_QUALITY_UNSPECIFIED value */
                    CONNECTION_QUALITY_UNSPECIFIED = 0,

                    /** CONNECTION_QUALITY_POOR value */
                    CONNECTION_QUALITY_POOR = 1,

                    /** CONNECTION_QUALITY_GOOD value */
                    CONNECTION_QUALITY_GOOD = 2,

                    /** CONNECTION_QUALITY_EXCELLENT value */
                    CONNECTION_QUALITY_EXCELLENT = 3
                }

                /** VideoQuality enum. */
                enum VideoQuality {

                    /** VIDEO_QUALITY_LOW_UNSPECIFIED value */
                    VIDEO_QUALITY_LOW_UNSPECIFIED = 0,

                    /** VIDEO_QUALITY_MID value */
                    VIDEO_QUALITY_MID = 1,

                    /** VIDEO_QUALITY_HIGH value */
                    VIDEO_QUALITY_HIGH = 2,

                    /** VIDEO_QUALITY_OFF value */
                    VIDEO_QUALITY_OFF = 3
                }

                /** TrackType enum. */
                enum TrackType {

                    /** TRACK_TYPE_UNSPECIFIED value */
                    TRACK_TYPE_UNSPECIFIED = 0,

                    /** TRACK_TYPE_AUDIO value */
                    TRACK_TYPE_AUDIO = 1,

                    /** TRACK_TYPE_VIDEO value */
                    TRACK_TYPE_VIDEO = 2,

                    /** TRACK_TYPE_SCREEN_SHARE value */
                    TRACK_TYPE_SCREEN_SHARE = 3,

                    /** TRACK_TYPE_SCREEN_SHARE_AUDIO value */
                    TRACK_TYPE_SCREEN_SHARE_AUDIO = 4
                }

                /** ParticipantSource enum. */
                enum ParticipantSource {

                    /** PARTICIPANT_SOURCE_WEBRTC_UNSPECIFIED value */
                    PARTICIPANT_SOURCE_WEBRTC_UNSPECIFIED = 0,

                    /** PARTICIPANT_SOURCE_RTMP value */
                    PARTICIPANT_SOURCE_RTMP = 1,

                    /** PARTICIPANT_SOURCE_WHIP value */
                    PARTICIPANT_SOURCE_WHIP = 2,

                    /** PARTICIPANT_SOURCE_SIP value */
                    PARTICIPANT_SOURCE_SIP = 3,

                    /** PARTICIPANT_SOURCE_RTSP value */
                    PARTICIPANT_SOURCE_RTSP = 4,

                    /** PARTICIPANT_SOURCE_SRT value */
                    PARTICIPANT_SOURCE_SRT = 5
                }

                /** AudioBitrateProfile enum. */
                enum AudioBitrateProfile {

                    /** AUDIO_BITRATE_PROFILE_VOICE_STANDARD_UNSPECIFIED value */
                    AUDIO_BITRATE_PROFILE_VOICE_STANDARD_UNSPECIFIED = 0,

                    /** AUDIO_BITRATE_PROFILE_VOICE_HIGH_QUALITY value */
                    AUDIO_BITRATE_PROFILE_VOICE_HIGH_QUALITY = 1,

                    /** AUDIO_BITRATE_PROFILE_MUSIC_HIGH_QUALITY value */
                    AUDIO_BITRATE_PROFILE_MUSIC_HIGH_QUALITY = 2
                }

                /** ErrorCode enum. */
                enum ErrorCode {

                    /** ERROR_CODE_UNSPECIFIED value */
                    ERROR_CODE_UNSPECIFIED = 0,

                    /** ERROR_CODE_PUBLISH_TRACK_NOT_FOUND value */
                    ERROR_CODE_PUBLISH_TRACK_NOT_FOUND = 100,

                    /** ERROR_CODE_PUBLISH_TRACKS_MISMATCH value */
                    ERROR_CODE_PUBLISH_TRACKS_MISMATCH = 101,

                    /** ERROR_CODE_PUBLISH_TRACK_OUT_OF_ORDER value */
                    ERROR_CODE_PUBLISH_TRACK_OUT_OF_ORDER = 102,

                    /** ERROR_CODE_PUBLISH_TRACK_VIDEO_LAYER_NOT_FOUND value */
                    ERROR_CODE_PUBLISH_TRACK_VIDEO_LAYER_NOT_FOUND = 103,

                    /** ERROR_CODE_LIVE_ENDED value */
                    ERROR_CODE_LIVE_ENDED = 104,

                    /** ERROR_CODE_PARTICIPANT_NOT_FOUND value */
                    ERROR_CODE_PARTICIPANT_NOT_FOUND = 200,

                    /** ERROR_CODE_PARTICIPANT_MIGRATING_OUT value */
                    ERROR_CODE_PARTICIPANT_MIGRATING_OUT = 201,

                    /** ERROR_CODE_PARTICIPANT_MIGRATION_FAILED value */
                    ERROR_CODE_PARTICIPANT_MIGRATION_FAILED = 202,

                    /** ERROR_CODE_PARTICIPANT_MIGRATING value */
                    ERROR_CODE_PARTICIPANT_MIGRATING = 203,

                    /** ERROR_CODE_PARTICIPANT_RECONNECT_FAILED value */
                    ERROR_CODE_PARTICIPANT_RECONNECT_FAILED = 204,

                    /** ERROR_CODE_PARTICIPANT_MEDIA_TRANSPORT_FAILURE value */
                    ERROR_CODE_PARTICIPANT_MEDIA_TRANSPORT_FAILURE = 205,

                    /** ERROR_CODE_PARTICIPANT_SIGNAL_LOST value */
                    ERROR_CODE_PARTICIPANT_SIGNAL_LOST = 206,

                    /** ERROR_CODE_CALL_NOT_FOUND value */
                    ERROR_CODE_CALL_NOT_FOUND = 300,

                    /** ERROR_CODE_CALL_PARTICIPANT_LIMIT_REACHED value */
                    ERROR_CODE_CALL_PARTICIPANT_LIMIT_REACHED = 301,

                    /** ERROR_CODE_REQUEST_VALIDATION_FAILED value */
                    ERROR_CODE_REQUEST_VALIDATION_FAILED = 400,

                    /** ERROR_CODE_UNAUTHENTICATED value */
                    ERROR_CODE_UNAUTHENTICATED = 401,

                    /** ERROR_CODE_PERMISSION_DENIED value */
                    ERROR_CODE_PERMISSION_DENIED = 403,

                    /** ERROR_CODE_TOO_MANY_REQUESTS value */
                    ERROR_CODE_TOO_MANY_REQUESTS = 429,

                    /** ERROR_CODE_INTERNAL_SERVER_ERROR value */
                    ERROR_CODE_INTERNAL_SERVER_ERROR = 500,

                    /** ERROR_CODE_SFU_SHUTTING_DOWN value */
                    ERROR_CODE_SFU_SHUTTING_DOWN = 600,

                    /** ERROR_CODE_SFU_FULL value */
                    ERROR_CODE_SFU_FULL = 700
                }

                /** SdkType enum. */
                enum SdkType {

                    /** SDK_TYPE_UNSPECIFIED value */
                    SDK_TYPE_UNSPECIFIED = 0,

                    /** SDK_TYPE_REACT value */
                    SDK_TYPE_REACT = 1,

                    /** SDK_TYPE_ANGULAR value */
                    SDK_TYPE_ANGULAR = 2,

                    /** SDK_TYPE_ANDROID value */
                    SDK_TYPE_ANDROID = 3,

                    /** SDK_TYPE_IOS value */
                    SDK_TYPE_IOS = 4,

                    /** SDK_TYPE_FLUTTER value */
                    SDK_TYPE_FLUTTER = 5,

                    /** SDK_TYPE_REACT_NATIVE value */
                    SDK_TYPE_REACT_NATIVE = 6,

                    /** SDK_TYPE_UNITY value */
                    SDK_TYPE_UNITY = 7,

                    /** SDK_TYPE_GO value */
                    SDK_TYPE_GO = 8,

                    /** SDK_TYPE_PLAIN_JAVASCRIPT value */
                    SDK_TYPE_PLAIN_JAVASCRIPT = 9,

                    /** SDK_TYPE_PYTHON value */
                    SDK_TYPE_PYTHON = 10,

                    /** SDK_TYPE_VISION_AGENTS value */
                    SDK_TYPE_VISION_AGENTS = 11
                }

                /** TrackUnpublishReason enum. */
                enum TrackUnpublishReason {

                    /** TRACK_UNPUBLISH_REASON_UNSPECIFIED value */
                    TRACK_UNPUBLISH_REASON_UNSPECIFIED = 0,

                    /** TRACK_UNPUBLISH_REASON_USER_MUTED value */
                    TRACK_UNPUBLISH_REASON_USER_MUTED = 1,

                    /** TRACK_UNPUBLISH_REASON_PERMISSION_REVOKED value */
                    TRACK_UNPUBLISH_REASON_PERMISSION_REVOKED = 2,

                    /** TRACK_UNPUBLISH_REASON_MODERATION value */
                    TRACK_UNPUBLISH_REASON_MODERATION = 3
                }

                /** GoAwayReason enum. */
                enum GoAwayReason {

                    /** GO_AWAY_REASON_UNSPECIFIED value */
                    GO_AWAY_REASON_UNSPECIFIED = 0,

                    /** GO_AWAY_REASON_SHUTTING_DOWN value */
                    GO_AWAY_REASON_SHUTTING_DOWN = 1,

                    /** GO_AWAY_REASON_REBALANCE value */
                    GO_AWAY_REASON_REBALANCE = 2
                }

                /** CallEndedReason enum. */
                enum CallEndedReason {

                    /** CALL_ENDED_REASON_UNSPECIFIED value */
                    CALL_ENDED_REASON_UNSPECIFIED = 0,

                    /** CALL_ENDED_REASON_ENDED value */
                    CALL_ENDED_REASON_ENDED = 1,

                    /** CALL_ENDED_REASON_LIVE_ENDED value */
                    CALL_ENDED_REASON_LIVE_ENDED = 2,

                    /** CALL_ENDED_REASON_KICKED value */
                    CALL_ENDED_REASON_KICKED = 3,

                    /** CALL_ENDED_REASON_SESSION_ENDED value */
                    CALL_ENDED_REASON_SESSION_ENDED = 4
                }

                /** WebsocketReconnectStrategy enum. */
                enum WebsocketReconnectStrategy {

                    /** WEBSOCKET_RECONNECT_STRATEGY_UNSPECIFIED value */
                    WEBSOCKET_RECONNECT_STRATEGY_UNSPECIFIED = 0,

                    /** WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT value */
                    WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT = 1,

                    /** WEBSOCKET_RECONNECT_STRATEGY_FAST value */
                    WEBSOCKET_RECONNECT_STRATEGY_FAST = 2,

                    /** WEBSOCKET_RECONNECT_STRATEGY_REJOIN value */
                    WEBSOCKET_RECONNECT_STRATEGY_REJOIN = 3,

                    /** WEBSOCKET_RECONNECT_STRATEGY_MIGRATE value */
                    WEBSOCKET_RECONNECT_STRATEGY_MIGRATE = 4
                }

                /** ClientCapability enum. */
                enum ClientCapability {

                    /** CLIENT_CAPABILITY_UNSPECIFIED value */
                    CLIENT_CAPABILITY_UNSPECIFIED = 0,

                    /** CLIENT_CAPABILITY_SUBSCRIBER_VIDEO_PAUSE value */
                    CLIENT_CAPABILITY_SUBSCRIBER_VIDEO_PAUSE = 1,

                    /** CLIENT_CAPABILITY_COORDINATOR_STATS value */
                    CLIENT_CAPABILITY_COORDINATOR_STATS = 2
                }

                /** DegradationPreference enum. */
                enum DegradationPreference {

                    /** DEGRADATION_PREFERENCE_UNSPECIFIED value */
                    DEGRADATION_PREFERENCE_UNSPECIFIED = 0,

                    /** DEGRADATION_PREFERENCE_BALANCED value */
                    DEGRADATION_PREFERENCE_BALANCED = 1,

                    /** DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE value */
                    DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE = 2,

                    /** DEGRADATION_PREFERENCE_MAINTAIN_RESOLUTION value */
                    DEGRADATION_PREFERENCE_MAINTAIN_RESOLUTION = 3,

                    /** DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE_AND_RESOLUTION value */
                    DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE_AND_RESOLUTION = 4
                }
            }

            /** Namespace signal. */
            namespace signal {

                /** Represents a SignalServer */
                class SignalServer extends $protobuf.rpc.Service {

                    /**
                     * Constructs a new SignalServer service.
                     * @param rpcImpl RPC implementation
                     * @param [requestDelimited=false] Whether requests are length-delimited
                     * @param [responseDelimited=false] Whether responses are length-delimited
                     */
                    constructor(rpcImpl: $protobuf.RPCImpl, requestDelimited?: boolean, responseDelimited?: boolean);

                    /** Calls SetPublisher. */
                    setPublisher: stream.video.sfu.signal.SignalServer.SetPublisher;

                    /** Calls SendAnswer. */
                    sendAnswer: stream.video.sfu.signal.SignalServer.SendAnswer;

                    /** Calls IceTrickle. */
                    iceTrickle: stream.video.sfu.signal.SignalServer.IceTrickle;

                    /** Calls UpdateSubscriptions. */
                    updateSubscriptions: stream.video.sfu.signal.SignalServer.UpdateSubscriptions;

                    /** Calls UpdateMuteStates. */
                    updateMuteStates: stream.video.sfu.signal.SignalServer.UpdateMuteStates;

                    /** Calls IceRestart. */
                    iceRestart: stream.video.sfu.signal.SignalServer.IceRestart;
                }

                namespace SignalServer {

                    /**
                     * Callback as used by {@link stream.video.sfu.signal.SignalServer#setPublisher}.
                     * @param error Error, if any
                     * @param [response] SetPublisherResponse
                     */
                    type SetPublisherCallback = (error: (Error|null), response?: stream.video.sfu.signal.SetPublisherResponse) => void;

                    /** Calls SetPublisher. */
                    type SetPublisher = {
                      (request: stream.video.sfu.signal.ISetPublisherRequest, callback: stream.video.sfu.signal.SignalServer.SetPublisherCallback): void;
                      (request: stream.video.sfu.signal.ISetPublisherRequest): Promise<stream.video.sfu.signal.SetPublisherResponse>;
                      readonly name: "SetPublisher";
                      readonly path: "/stream.video.sfu.signal.SignalServer/SetPublisher";
                      readonly requestType: "SetPublisherRequest";
                      readonly responseType: "SetPublisherResponse";
                      readonly requestStream: undefined;
                      readonly responseStream: undefined;
                    };

                    /**
                     * Callback as used by {@link stream.video.sfu.signal.SignalServer#sendAnswer}.
                     * @param error Error, if any
                     * @param [response] SendAnswerResponse
                     */
                    type SendAnswerCallback = (error: (Error|null), response?: stream.video.sfu.signal.SendAnswerResponse) => void;

                    /** Calls SendAnswer. */
                    type SendAnswer = {
                      (request: stream.video.sfu.signal.ISendAnswerRequest, callback: stream.video.sfu.signal.SignalServer.SendAnswerCallback): void;
                      (request: stream.video.sfu.signal.ISendAnswerRequest): Promise<stream.video.sfu.signal.SendAnswerResponse>;
                      readonly name: "SendAnswer";
                      readonly path: "/stream.video.sfu.signal.SignalServer/SendAnswer";
                      readonly requestType: "SendAnswerRequest";
                      readonly responseType: "SendAnswerResponse";
                      readonly requestStream: undefined;
                      readonly responseStream: undefined;
                    };

                    /**
                     * Callback as used by {@link stream.video.sfu.signal.SignalServer#iceTrickle}.
                     * @param error Error, if any
                     * @param [response] ICETrickleResponse
                     */
                    type IceTrickleCallback = (error: (Error|null), response?: stream.video.sfu.signal.ICETrickleResponse) => void;

                    /** Calls IceTrickle. */
                    type IceTrickle = {
                      (request: stream.video.sfu.models.IICETrickle, callback: stream.video.sfu.signal.SignalServer.IceTrickleCallback): void;
                      (request: stream.video.sfu.models.IICETrickle): Promise<stream.video.sfu.signal.ICETrickleResponse>;
                      readonly name: "IceTrickle";
                      readonly path: "/stream.video.sfu.signal.SignalServer/IceTrickle";
                      readonly requestType: "stream.video.sfu.models.ICETrickle";
                      readonly responseType: "ICETrickleResponse";
                      readonly requestStream: undefined;
                      readonly responseStream: undefined;
                    };

                    /**
                     * Callback as used by {@link stream.video.sfu.signal.SignalServer#updateSubscriptions}.
                     * @param error Error, if any
                     * @param [response] UpdateSubscriptionsResponse
                     */
                    type UpdateSubscriptionsCallback = (error: (Error|null), response?: stream.video.sfu.signal.UpdateSubscriptionsResponse) => void;

                    /** Calls UpdateSubscriptions. */
                    type UpdateSubscriptions = {
                      (request: stream.video.sfu.signal.IUpdateSubscriptionsRequest, callback: stream.video.sfu.signal.SignalServer.UpdateSubscriptionsCallback): void;
                      (request: stream.video.sfu.signal.IUpdateSubscriptionsRequest): Promise<stream.video.sfu.signal.UpdateSubscriptionsResponse>;
                      readonly name: "UpdateSubscriptions";
                      readonly path: "/stream.video.sfu.signal.SignalServer/UpdateSubscriptions";
                      readonly requestType: "UpdateSubscriptionsRequest";
                      readonly responseType: "UpdateSubscriptionsResponse";
                      readonly requestStream: undefined;
                      readonly responseStream: undefined;
                    };

                    /**
                     * Callback as used by {@link stream.video.sfu.signal.SignalServer#updateMuteStates}.
                     * @param error Error, if any
                     * @param [response] UpdateMuteStatesResponse
                     */
                    type UpdateMuteStatesCallback = (error: (Error|null), response?: stream.video.sfu.signal.UpdateMuteStatesResponse) => void;

                    /** Calls UpdateMuteStates. */
                    type UpdateMuteStates = {
                      (request: stream.video.sfu.signal.IUpdateMuteStatesRequest, callback: stream.video.sfu.signal.SignalServer.UpdateMuteStatesCallback): void;
                      (request: stream.video.sfu.signal.IUpdateMuteStatesRequest): Promise<stream.video.sfu.signal.UpdateMuteStatesResponse>;
                      readonly name: "UpdateMuteStates";
                      readonly path: "/stream.video.sfu.signal.SignalServer/UpdateMuteStates";
                      readonly requestType: "UpdateMuteStatesRequest";
                      readonly responseType: "UpdateMuteStatesResponse";
                      readonly requestStream: undefined;
                      readonly responseStream: undefined;
                    };

                    /**
                     * Callback as used by {@link stream.video.sfu.signal.SignalServer#iceRestart}.
                     * @param error Error, if any
                     * @param [response] ICERestartResponse
                     */
                    type IceRestartCallback = (error: (Error|null), response?: stream.video.sfu.signal.ICERestartResponse) => void;

                    /** Calls IceRestart. */
                    type IceRestart = {
                      (request: stream.video.sfu.signal.IICERestartRequest, callback: stream.video.sfu.signal.SignalServer.IceRestartCallback): void;
                      (request: stream.video.sfu.signal.IICERestartRequest): Promise<stream.video.sfu.signal.ICERestartResponse>;
                      readonly name: "IceRestart";
                      readonly path: "/stream.video.sfu.signal.SignalServer/IceRestart";
                      readonly requestType: "ICERestartRequest";
                      readonly responseType: "ICERestartResponse";
                      readonly requestStream: undefined;
                      readonly responseStream: undefined;
                    };
                }

                /**
                 * Properties of a ICERestartRequest.
                 * @deprecated Use stream.video.sfu.signal.ICERestartRequest.$Properties instead.
                 */
                interface IICERestartRequest extends stream.video.sfu.signal.ICERestartRequest.$Properties {
                }

                /** Represents a ICERestartRequest. */
                class ICERestartRequest {

                    /**
                     * Constructs a new ICERestartRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.ICERestartRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ICERestartRequest sessionId. */
                    sessionId: string;

                    /** ICERestartRequest peerType. */
                    peerType: stream.video.sfu.models.PeerType;

                    /**
                     * Encodes the specified ICERestartRequest message. Does not implicitly {@link stream.video.sfu.signal.ICERestartRequest.verify|verify} messages.
                     * @param message ICERestartRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.ICERestartRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ICERestartRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.ICERestartRequest & stream.video.sfu.signal.ICERestartRequest.$Shape} ICERestartRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.ICERestartRequest & stream.video.sfu.signal.ICERestartRequest.$Shape;
                }

                namespace ICERestartRequest {

                    /** Properties of a ICERestartRequest. */
                    interface $Properties {

                        /** ICERestartRequest sessionId */
                        sessionId?: (string|null);

                        /** ICERestartRequest peerType */
                        peerType?: (stream.video.sfu.models.PeerType|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ICERestartRequest. */
                    type $Shape = stream.video.sfu.signal.ICERestartRequest.$Properties;
                }

                /**
                 * Properties of a ICERestartResponse.
                 * @deprecated Use stream.video.sfu.signal.ICERestartResponse.$Properties instead.
                 */
                interface IICERestartResponse extends stream.video.sfu.signal.ICERestartResponse.$Properties {
                }

                /** Represents a ICERestartResponse. */
                class ICERestartResponse {

                    /**
                     * Constructs a new ICERestartResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.ICERestartResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ICERestartResponse error. */
                    error?: (stream.video.sfu.models.Error.$Properties|null);

                    /**
                     * Encodes the specified ICERestartResponse message. Does not implicitly {@link stream.video.sfu.signal.ICERestartResponse.verify|verify} messages.
                     * @param message ICERestartResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.ICERestartResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ICERestartResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.ICERestartResponse & stream.video.sfu.signal.ICERestartResponse.$Shape} ICERestartResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.ICERestartResponse & stream.video.sfu.signal.ICERestartResponse.$Shape;
                }

                namespace ICERestartResponse {

                    /** Properties of a ICERestartResponse. */
                    interface $Properties {

                        /** ICERestartResponse error */
                        error?: (stream.video.sfu.models.Error.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ICERestartResponse. */
                    type $Shape = stream.video.sfu.signal.ICERestartResponse.$Properties;
                }

                /**
                 * Properties of an UpdateMuteStatesRequest.
                 * @deprecated Use stream.video.sfu.signal.UpdateMuteStatesRequest.$Properties instead.
                 */
                interface IUpdateMuteStatesRequest extends stream.video.sfu.signal.UpdateMuteStatesRequest.$Properties {
                }

                /** Represents an UpdateMuteStatesRequest. */
                class UpdateMuteStatesRequest {

                    /**
                     * Constructs a new UpdateMuteStatesRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.UpdateMuteStatesRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** UpdateMuteStatesRequest sessionId. */
                    sessionId: string;

                    /** UpdateMuteStatesRequest muteStates. */
                    muteStates: stream.video.sfu.signal.TrackMuteState.$Properties[];

                    /**
                     * Encodes the specified UpdateMuteStatesRequest message. Does not implicitly {@link stream.video.sfu.signal.UpdateMuteStatesRequest.verify|verify} messages.
                     * @param message UpdateMuteStatesRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.UpdateMuteStatesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an UpdateMuteStatesRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.UpdateMuteStatesRequest & stream.video.sfu.signal.UpdateMuteStatesRequest.$Shape} UpdateMuteStatesRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.UpdateMuteStatesRequest & stream.video.sfu.signal.UpdateMuteStatesRequest.$Shape;
                }

                namespace UpdateMuteStatesRequest {

                    /** Properties of an UpdateMuteStatesRequest. */
                    interface $Properties {

                        /** UpdateMuteStatesRequest sessionId */
                        sessionId?: (string|null);

                        /** UpdateMuteStatesRequest muteStates */
                        muteStates?: (stream.video.sfu.signal.TrackMuteState.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an UpdateMuteStatesRequest. */
                    type $Shape = stream.video.sfu.signal.UpdateMuteStatesRequest.$Properties;
                }

                /**
                 * Properties of an UpdateMuteStatesResponse.
                 * @deprecated Use stream.video.sfu.signal.UpdateMuteStatesResponse.$Properties instead.
                 */
                interface IUpdateMuteStatesResponse extends stream.video.sfu.signal.UpdateMuteStatesResponse.$Properties {
                }

                /** Represents an UpdateMuteStatesResponse. */
                class UpdateMuteStatesResponse {

                    /**
                     * Constructs a new UpdateMuteStatesResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.UpdateMuteStatesResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** UpdateMuteStatesResponse error. */
                    error?: (stream.video.sfu.models.Error.$Properties|null);

                    /**
                     * Encodes the specified UpdateMuteStatesResponse message. Does not implicitly {@link stream.video.sfu.signal.UpdateMuteStatesResponse.verify|verify} messages.
                     * @param message UpdateMuteStatesResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.UpdateMuteStatesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an UpdateMuteStatesResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.UpdateMuteStatesResponse & stream.video.sfu.signal.UpdateMuteStatesResponse.$Shape} UpdateMuteStatesResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.UpdateMuteStatesResponse & stream.video.sfu.signal.UpdateMuteStatesResponse.$Shape;
                }

                namespace UpdateMuteStatesResponse {

                    /** Properties of an UpdateMuteStatesResponse. */
                    interface $Properties {

                        /** UpdateMuteStatesResponse error */
                        error?: (stream.video.sfu.models.Error.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an UpdateMuteStatesResponse. */
                    type $Shape = stream.video.sfu.signal.UpdateMuteStatesResponse.$Properties;
                }

                /**
                 * Properties of a TrackMuteState.
                 * @deprecated Use stream.video.sfu.signal.TrackMuteState.$Properties instead.
                 */
                interface ITrackMuteState extends stream.video.sfu.signal.TrackMuteState.$Properties {
                }

                /** Represents a TrackMuteState. */
                class TrackMuteState {

                    /**
                     * Constructs a new TrackMuteState.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.TrackMuteState.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TrackMuteState trackType. */
                    trackType: stream.video.sfu.models.TrackType;

                    /** TrackMuteState muted. */
                    muted: boolean;

                    /**
                     * Encodes the specified TrackMuteState message. Does not implicitly {@link stream.video.sfu.signal.TrackMuteState.verify|verify} messages.
                     * @param message TrackMuteState message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.TrackMuteState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TrackMuteState message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.TrackMuteState & stream.video.sfu.signal.TrackMuteState.$Shape} TrackMuteState
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.TrackMuteState & stream.video.sfu.signal.TrackMuteState.$Shape;
                }

                namespace TrackMuteState {

                    /** Properties of a TrackMuteState. */
                    interface $Properties {

                        /** TrackMuteState trackType */
                        trackType?: (stream.video.sfu.models.TrackType|null);

                        /** TrackMuteState muted */
                        muted?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TrackMuteState. */
                    type $Shape = stream.video.sfu.signal.TrackMuteState.$Properties;
                }

                /**
                 * Properties of an UpdateSubscriptionsRequest.
                 * @deprecated Use stream.video.sfu.signal.UpdateSubscriptionsRequest.$Properties instead.
                 */
                interface IUpdateSubscriptionsRequest extends stream.video.sfu.signal.UpdateSubscriptionsRequest.$Properties {
                }

                /** Represents an UpdateSubscriptionsRequest. */
                class UpdateSubscriptionsRequest {

                    /**
                     * Constructs a new UpdateSubscriptionsRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.UpdateSubscriptionsRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** UpdateSubscriptionsRequest sessionId. */
                    sessionId: string;

                    /** UpdateSubscriptionsRequest tracks. */
                    tracks: stream.video.sfu.signal.TrackSubscriptionDetails.$Properties[];

                    /**
                     * Encodes the specified UpdateSubscriptionsRequest message. Does not implicitly {@link stream.video.sfu.signal.UpdateSubscriptionsRequest.verify|verify} messages.
                     * @param message UpdateSubscriptionsRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.UpdateSubscriptionsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an UpdateSubscriptionsRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.UpdateSubscriptionsRequest & stream.video.sfu.signal.UpdateSubscriptionsRequest.$Shape} UpdateSubscriptionsRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.UpdateSubscriptionsRequest & stream.video.sfu.signal.UpdateSubscriptionsRequest.$Shape;
                }

                namespace UpdateSubscriptionsRequest {

                    /** Properties of an UpdateSubscriptionsRequest. */
                    interface $Properties {

                        /** UpdateSubscriptionsRequest sessionId */
                        sessionId?: (string|null);

                        /** UpdateSubscriptionsRequest tracks */
                        tracks?: (stream.video.sfu.signal.TrackSubscriptionDetails.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an UpdateSubscriptionsRequest. */
                    type $Shape = stream.video.sfu.signal.UpdateSubscriptionsRequest.$Properties;
                }

                /**
                 * Properties of an UpdateSubscriptionsResponse.
                 * @deprecated Use stream.video.sfu.signal.UpdateSubscriptionsResponse.$Properties instead.
                 */
                interface IUpdateSubscriptionsResponse extends stream.video.sfu.signal.UpdateSubscriptionsResponse.$Properties {
                }

                /** Represents an UpdateSubscriptionsResponse. */
                class UpdateSubscriptionsResponse {

                    /**
                     * Constructs a new UpdateSubscriptionsResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.UpdateSubscriptionsResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** UpdateSubscriptionsResponse error. */
                    error?: (stream.video.sfu.models.Error.$Properties|null);

                    /**
                     * Encodes the specified UpdateSubscriptionsResponse message. Does not implicitly {@link stream.video.sfu.signal.UpdateSubscriptionsResponse.verify|verify} messages.
                     * @param message UpdateSubscriptionsResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.UpdateSubscriptionsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an UpdateSubscriptionsResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.UpdateSubscriptionsResponse & stream.video.sfu.signal.UpdateSubscriptionsResponse.$Shape} UpdateSubscriptionsResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.UpdateSubscriptionsResponse & stream.video.sfu.signal.UpdateSubscriptionsResponse.$Shape;
                }

                namespace UpdateSubscriptionsResponse {

                    /** Properties of an UpdateSubscriptionsResponse. */
                    interface $Properties {

                        /** UpdateSubscriptionsResponse error */
                        error?: (stream.video.sfu.models.Error.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an UpdateSubscriptionsResponse. */
                    type $Shape = stream.video.sfu.signal.UpdateSubscriptionsResponse.$Properties;
                }

                /**
                 * Properties of a TrackSubscriptionDetails.
                 * @deprecated Use stream.video.sfu.signal.TrackSubscriptionDetails.$Properties instead.
                 */
                interface ITrackSubscriptionDetails extends stream.video.sfu.signal.TrackSubscriptionDetails.$Properties {
                }

                /** Represents a TrackSubscriptionDetails. */
                class TrackSubscriptionDetails {

                    /**
                     * Constructs a new TrackSubscriptionDetails.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.TrackSubscriptionDetails.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TrackSubscriptionDetails userId. */
                    userId: string;

                    /** TrackSubscriptionDetails sessionId. */
                    sessionId: string;

                    /** TrackSubscriptionDetails trackType. */
                    trackType: stream.video.sfu.models.TrackType;

                    /** TrackSubscriptionDetails dimension. */
                    dimension?: (stream.video.sfu.models.VideoDimension.$Properties|null);

                    /**
                     * Encodes the specified TrackSubscriptionDetails message. Does not implicitly {@link stream.video.sfu.signal.TrackSubscriptionDetails.verify|verify} messages.
                     * @param message TrackSubscriptionDetails message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.TrackSubscriptionDetails.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TrackSubscriptionDetails message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.TrackSubscriptionDetails & stream.video.sfu.signal.TrackSubscriptionDetails.$Shape} TrackSubscriptionDetails
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.TrackSubscriptionDetails & stream.video.sfu.signal.TrackSubscriptionDetails.$Shape;
                }

                namespace TrackSubscriptionDetails {

                    /** Properties of a TrackSubscriptionDetails. */
                    interface $Properties {

                        /** TrackSubscriptionDetails userId */
                        userId?: (string|null);

                        /** TrackSubscriptionDetails sessionId */
                        sessionId?: (string|null);

                        /** TrackSubscriptionDetails trackType */
                        trackType?: (stream.video.sfu.models.TrackType|null);

                        /** TrackSubscriptionDetails dimension */
                        dimension?: (stream.video.sfu.models.VideoDimension.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TrackSubscriptionDetails. */
                    type $Shape = stream.video.sfu.signal.TrackSubscriptionDetails.$Properties;
                }

                /**
                 * Properties of a SendAnswerRequest.
                 * @deprecated Use stream.video.sfu.signal.SendAnswerRequest.$Properties instead.
                 */
                interface ISendAnswerRequest extends stream.video.sfu.signal.SendAnswerRequest.$Properties {
                }

                /** Represents a SendAnswerRequest. */
                class SendAnswerRequest {

                    /**
                     * Constructs a new SendAnswerRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.SendAnswerRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SendAnswerRequest peerType. */
                    peerType: stream.video.sfu.models.PeerType;

                    /** SendAnswerRequest sdp. */
                    sdp: string;

                    /** SendAnswerRequest sessionId. */
                    sessionId: string;

                    /** SendAnswerRequest negotiationId. */
                    negotiationId: number;

                    /**
                     * Encodes the specified SendAnswerRequest message. Does not implicitly {@link stream.video.sfu.signal.SendAnswerRequest.verify|verify} messages.
                     * @param message SendAnswerRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.SendAnswerRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SendAnswerRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.SendAnswerRequest & stream.video.sfu.signal.SendAnswerRequest.$Shape} SendAnswerRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.SendAnswerRequest & stream.video.sfu.signal.SendAnswerRequest.$Shape;
                }

                namespace SendAnswerRequest {

                    /** Properties of a SendAnswerRequest. */
                    interface $Properties {

                        /** SendAnswerRequest peerType */
                        peerType?: (stream.video.sfu.models.PeerType|null);

                        /** SendAnswerRequest sdp */
                        sdp?: (string|null);

                        /** SendAnswerRequest sessionId */
                        sessionId?: (string|null);

                        /** SendAnswerRequest negotiationId */
                        negotiationId?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a SendAnswerRequest. */
                    type $Shape = stream.video.sfu.signal.SendAnswerRequest.$Properties;
                }

                /**
                 * Properties of a SendAnswerResponse.
                 * @deprecated Use stream.video.sfu.signal.SendAnswerResponse.$Properties instead.
                 */
                interface ISendAnswerResponse extends stream.video.sfu.signal.SendAnswerResponse.$Properties {
                }

                /** Represents a SendAnswerResponse. */
                class SendAnswerResponse {

                    /**
                     * Constructs a new SendAnswerResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.SendAnswerResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SendAnswerResponse error. */
                    error?: (stream.video.sfu.models.Error.$Properties|null);

                    /**
                     * Encodes the specified SendAnswerResponse message. Does not implicitly {@link stream.video.sfu.signal.SendAnswerResponse.verify|verify} messages.
                     * @param message SendAnswerResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.SendAnswerResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SendAnswerResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.SendAnswerResponse & stream.video.sfu.signal.SendAnswerResponse.$Shape} SendAnswerResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.SendAnswerResponse & stream.video.sfu.signal.SendAnswerResponse.$Shape;
                }

                namespace SendAnswerResponse {

                    /** Properties of a SendAnswerResponse. */
                    interface $Properties {

                        /** SendAnswerResponse error */
                        error?: (stream.video.sfu.models.Error.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a SendAnswerResponse. */
                    type $Shape = stream.video.sfu.signal.SendAnswerResponse.$Properties;
                }

                /**
                 * Properties of a ICETrickleResponse.
                 * @deprecated Use stream.video.sfu.signal.ICETrickleResponse.$Properties instead.
                 */
                interface IICETrickleResponse extends stream.video.sfu.signal.ICETrickleResponse.$Properties {
                }

                /** Represents a ICETrickleResponse. */
                class ICETrickleResponse {

                    /**
                     * Constructs a new ICETrickleResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.ICETrickleResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ICETrickleResponse error. */
                    error?: (stream.video.sfu.models.Error.$Properties|null);

                    /**
                     * Encodes the specified ICETrickleResponse message. Does not implicitly {@link stream.video.sfu.signal.ICETrickleResponse.verify|verify} messages.
                     * @param message ICETrickleResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.ICETrickleResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ICETrickleResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.ICETrickleResponse & stream.video.sfu.signal.ICETrickleResponse.$Shape} ICETrickleResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.ICETrickleResponse & stream.video.sfu.signal.ICETrickleResponse.$Shape;
                }

                namespace ICETrickleResponse {

                    /** Properties of a ICETrickleResponse. */
                    interface $Properties {

                        /** ICETrickleResponse error */
                        error?: (stream.video.sfu.models.Error.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ICETrickleResponse. */
                    type $Shape = stream.video.sfu.signal.ICETrickleResponse.$Properties;
                }

                /**
                 * Properties of a SetPublisherRequest.
                 * @deprecated Use stream.video.sfu.signal.SetPublisherRequest.$Properties instead.
                 */
                interface ISetPublisherRequest extends stream.video.sfu.signal.SetPublisherRequest.$Properties {
                }

                /** Represents a SetPublisherRequest. */
                class SetPublisherRequest {

                    /**
                     * Constructs a new SetPublisherRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.SetPublisherRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SetPublisherRequest sdp. */
                    sdp: string;

                    /** SetPublisherRequest sessionId. */
                    sessionId: string;

                    /** SetPublisherRequest tracks. */
                    tracks: stream.video.sfu.models.TrackInfo.$Properties[];

                    /**
                     * Encodes the specified SetPublisherRequest message. Does not implicitly {@link stream.video.sfu.signal.SetPublisherRequest.verify|verify} messages.
                     * @param message SetPublisherRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.SetPublisherRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SetPublisherRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.SetPublisherRequest & stream.video.sfu.signal.SetPublisherRequest.$Shape} SetPublisherRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.SetPublisherRequest & stream.video.sfu.signal.SetPublisherRequest.$Shape;
                }

                namespace SetPublisherRequest {

                    /** Properties of a SetPublisherRequest. */
                    interface $Properties {

                        /** SetPublisherRequest sdp */
                        sdp?: (string|null);

                        /** SetPublisherRequest sessionId */
                        sessionId?: (string|null);

                        /** SetPublisherRequest tracks */
                        tracks?: (stream.video.sfu.models.TrackInfo.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a SetPublisherRequest. */
                    type $Shape = stream.video.sfu.signal.SetPublisherRequest.$Properties;
                }

                /**
                 * Properties of a SetPublisherResponse.
                 * @deprecated Use stream.video.sfu.signal.SetPublisherResponse.$Properties instead.
                 */
                interface ISetPublisherResponse extends stream.video.sfu.signal.SetPublisherResponse.$Properties {
                }

                /** Represents a SetPublisherResponse. */
                class SetPublisherResponse {

                    /**
                     * Constructs a new SetPublisherResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: stream.video.sfu.signal.SetPublisherResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SetPublisherResponse sdp. */
                    sdp: string;

                    /** SetPublisherResponse sessionId. */
                    sessionId: string;

                    /** SetPublisherResponse iceRestart. */
                    iceRestart: boolean;

                    /** SetPublisherResponse error. */
                    error?: (stream.video.sfu.models.Error.$Properties|null);

                    /**
                     * Encodes the specified SetPublisherResponse message. Does not implicitly {@link stream.video.sfu.signal.SetPublisherResponse.verify|verify} messages.
                     * @param message SetPublisherResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: stream.video.sfu.signal.SetPublisherResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SetPublisherResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {stream.video.sfu.signal.SetPublisherResponse & stream.video.sfu.signal.SetPublisherResponse.$Shape} SetPublisherResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stream.video.sfu.signal.SetPublisherResponse & stream.video.sfu.signal.SetPublisherResponse.$Shape;
                }

                namespace SetPublisherResponse {

                    /** Properties of a SetPublisherResponse. */
                    interface $Properties {

                        /** SetPublisherResponse sdp */
                        sdp?: (string|null);

                        /** SetPublisherResponse sessionId */
                        sessionId?: (string|null);

                        /** SetPublisherResponse iceRestart */
                        iceRestart?: (boolean|null);

                        /** SetPublisherResponse error */
                        error?: (stream.video.sfu.models.Error.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a SetPublisherResponse. */
                    type $Shape = stream.video.sfu.signal.SetPublisherResponse.$Properties;
                }
            }
        }
    }
}

/** Namespace google. */
export namespace google {

    /** Namespace protobuf. */
    namespace protobuf {

        /**
         * Properties of a Struct.
         * @deprecated Use google.protobuf.Struct.$Properties instead.
         */
        interface IStruct extends google.protobuf.Struct.$Properties {
        }

        /** Represents a Struct. */
        class Struct {

            /**
             * Constructs a new Struct.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Struct.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Struct fields. */
            fields: { [k: string]: google.protobuf.Value.$Properties };

            /**
             * Encodes the specified Struct message. Does not implicitly {@link google.protobuf.Struct.verify|verify} messages.
             * @param message Struct message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Struct.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Struct message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Struct & google.protobuf.Struct.$Shape} Struct
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Struct & google.protobuf.Struct.$Shape;
        }

        namespace Struct {

            /** Properties of a Struct. */
            interface $Properties {

                /** Struct fields */
                fields?: ({ [k: string]: google.protobuf.Value.$Properties }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Struct. */
            type $Shape = {
              fields?: { [k: string]: google.protobuf.Value.$Shape }|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a Value.
         * @deprecated Use google.protobuf.Value.$Properties instead.
         */
        interface IValue extends google.protobuf.Value.$Properties {
        }

        /** Represents a Value. */
        class Value {

            /**
             * Constructs a new Value.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Value.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Value nullValue. */
            nullValue?: (google.protobuf.NullValue|null);

            /** Value numberValue. */
            numberValue?: (number|null);

            /** Value stringValue. */
            stringValue?: (string|null);

            /** Value boolValue. */
            boolValue?: (boolean|null);

            /** Value structValue. */
            structValue?: (google.protobuf.Struct.$Properties|null);

            /** Value listValue. */
            listValue?: (google.protobuf.ListValue.$Properties|null);

            /** Value kind. */
            kind?: ("nullValue"|"numberValue"|"stringValue"|"boolValue"|"structValue"|"listValue");

            /**
             * Encodes the specified Value message. Does not implicitly {@link google.protobuf.Value.verify|verify} messages.
             * @param message Value message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Value.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Value message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Value & google.protobuf.Value.$Shape} Value
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Value & google.protobuf.Value.$Shape;
        }

        namespace Value {

            /** Properties of a Value. */
            interface $Properties {

                /** Value nullValue */
                nullValue?: (google.protobuf.NullValue|null);

                /** Value numberValue */
                numberValue?: (number|null);

                /** Value stringValue */
                stringValue?: (string|null);

                /** Value boolValue */
                boolValue?: (boolean|null);

                /** Value structValue */
                structValue?: (google.protobuf.Struct.$Properties|null);

                /** Value listValue */
                listValue?: (google.protobuf.ListValue.$Properties|null);

                /** Value kind */
                kind?: ("nullValue"|"numberValue"|"stringValue"|"boolValue"|"structValue"|"listValue");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Value. */
            type $Shape = {
              nullValue?: google.protobuf.NullValue|null;
              numberValue?: number|null;
              stringValue?: string|null;
              boolValue?: boolean|null;
              structValue?: google.protobuf.Struct.$Shape|null;
              listValue?: google.protobuf.ListValue.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ kind?: undefined; nullValue?: null; numberValue?: null; stringValue?: null; boolValue?: null; structValue?: null; listValue?: null }|{ kind?: "nullValue"; nullValue: google.protobuf.NullValue; numberValue?: null; stringValue?: null; boolValue?: null; structValue?: null; listValue?: null }|{ kind?: "numberValue"; nullValue?: null; numberValue: number; stringValue?: null; boolValue?: null; structValue?: null; listValue?: null }|{ kind?: "stringValue"; nullValue?: null; numberValue?: null; stringValue: string; boolValue?: null; structValue?: null; listValue?: null }|{ kind?: "boolValue"; nullValue?: null; numberValue?: null; stringValue?: null; boolValue: boolean; structValue?: null; listValue?: null }|{ kind?: "structValue"; nullValue?: null; numberValue?: null; stringValue?: null; boolValue?: null; structValue: google.protobuf.Struct.$Shape; listValue?: null }|{ kind?: "listValue"; nullValue?: null; numberValue?: null; stringValue?: null; boolValue?: null; structValue?: null; listValue: google.protobuf.ListValue.$Shape })
            );
        }

        /** NullValue enum. */
        enum NullValue {

            /** NULL_VALUE value */
            NULL_VALUE = 0
        }

        /**
         * Properties of a ListValue.
         * @deprecated Use google.protobuf.ListValue.$Properties instead.
         */
        interface IListValue extends google.protobuf.ListValue.$Properties {
        }

        /** Represents a ListValue. */
        class ListValue {

            /**
             * Constructs a new ListValue.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.ListValue.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListValue values. */
            values: google.protobuf.Value.$Properties[];

            /**
             * Encodes the specified ListValue message. Does not implicitly {@link google.protobuf.ListValue.verify|verify} messages.
             * @param message ListValue message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.ListValue.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListValue message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.ListValue & google.protobuf.ListValue.$Shape} ListValue
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.ListValue & google.protobuf.ListValue.$Shape;
        }

        namespace ListValue {

            /** Properties of a ListValue. */
            interface $Properties {

                /** ListValue values */
                values?: (google.protobuf.Value.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListValue. */
            type $Shape = {
              values?: google.protobuf.Value.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a Timestamp.
         * @deprecated Use google.protobuf.Timestamp.$Properties instead.
         */
        interface ITimestamp extends google.protobuf.Timestamp.$Properties {
        }

        /** Represents a Timestamp. */
        class Timestamp {

            /**
             * Constructs a new Timestamp.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Timestamp.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Timestamp seconds. */
            seconds: number;

            /** Timestamp nanos. */
            nanos: number;

            /**
             * Encodes the specified Timestamp message. Does not implicitly {@link google.protobuf.Timestamp.verify|verify} messages.
             * @param message Timestamp message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Timestamp.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Timestamp message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape} Timestamp
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
        }

        namespace Timestamp {

            /** Properties of a Timestamp. */
            interface $Properties {

                /** Timestamp seconds */
                seconds?: (number|null);

                /** Timestamp nanos */
                nanos?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Timestamp. */
            type $Shape = google.protobuf.Timestamp.$Properties;
        }
    }
}
