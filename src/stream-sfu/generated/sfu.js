/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["effect-track-resolver"] || ($protobuf.roots["effect-track-resolver"] = {});

export const stream = $root.stream = (() => {

    const stream = {};

    stream.video = (function() {

        const video = {};

        video.sfu = (function() {

            const sfu = {};

            sfu.event = (function() {

                const event = {};

                event.SfuEvent = (function() {

                    const SfuEvent = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    SfuEvent.prototype.subscriberOffer = null;
                    SfuEvent.prototype.publisherAnswer = null;
                    SfuEvent.prototype.connectionQualityChanged = null;
                    SfuEvent.prototype.audioLevelChanged = null;
                    SfuEvent.prototype.iceTrickle = null;
                    SfuEvent.prototype.changePublishQuality = null;
                    SfuEvent.prototype.participantJoined = null;
                    SfuEvent.prototype.participantLeft = null;
                    SfuEvent.prototype.dominantSpeakerChanged = null;
                    SfuEvent.prototype.joinResponse = null;
                    SfuEvent.prototype.healthCheckResponse = null;
                    SfuEvent.prototype.trackPublished = null;
                    SfuEvent.prototype.trackUnpublished = null;
                    SfuEvent.prototype.error = null;
                    SfuEvent.prototype.callGrantsUpdated = null;
                    SfuEvent.prototype.goAway = null;
                    SfuEvent.prototype.iceRestart = null;
                    SfuEvent.prototype.pinsUpdated = null;
                    SfuEvent.prototype.callEnded = null;
                    SfuEvent.prototype.participantUpdated = null;
                    SfuEvent.prototype.participantMigrationComplete = null;
                    SfuEvent.prototype.changePublishOptions = null;
                    SfuEvent.prototype.inboundStateNotification = null;

                    let $oneOfFields;

                    $Object.defineProperty(SfuEvent.prototype, "eventPayload", {
                        get: $util.oneOfGetter($oneOfFields = ["subscriberOffer", "publisherAnswer", "connectionQualityChanged", "audioLevelChanged", "iceTrickle", "changePublishQuality", "participantJoined", "participantLeft", "dominantSpeakerChanged", "joinResponse", "healthCheckResponse", "trackPublished", "trackUnpublished", "error", "callGrantsUpdated", "goAway", "iceRestart", "pinsUpdated", "callEnded", "participantUpdated", "participantMigrationComplete", "changePublishOptions", "inboundStateNotification"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    SfuEvent.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.subscriberOffer != null && $Object.hasOwnProperty.call(message, "subscriberOffer"))
                            $root.stream.video.sfu.event.SubscriberOffer.encode(message.subscriberOffer, writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.publisherAnswer != null && $Object.hasOwnProperty.call(message, "publisherAnswer"))
                            $root.stream.video.sfu.event.PublisherAnswer.encode(message.publisherAnswer, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.connectionQualityChanged != null && $Object.hasOwnProperty.call(message, "connectionQualityChanged"))
                            $root.stream.video.sfu.event.ConnectionQualityChanged.encode(message.connectionQualityChanged, writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.audioLevelChanged != null && $Object.hasOwnProperty.call(message, "audioLevelChanged"))
                            $root.stream.video.sfu.event.AudioLevelChanged.encode(message.audioLevelChanged, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.iceTrickle != null && $Object.hasOwnProperty.call(message, "iceTrickle"))
                            $root.stream.video.sfu.models.ICETrickle.encode(message.iceTrickle, writer.uint32(42).fork(), _depth + 1).ldelim();
                        if (message.changePublishQuality != null && $Object.hasOwnProperty.call(message, "changePublishQuality"))
                            $root.stream.video.sfu.event.ChangePublishQuality.encode(message.changePublishQuality, writer.uint32(50).fork(), _depth + 1).ldelim();
                        if (message.participantJoined != null && $Object.hasOwnProperty.call(message, "participantJoined"))
                            $root.stream.video.sfu.event.ParticipantJoined.encode(message.participantJoined, writer.uint32(82).fork(), _depth + 1).ldelim();
                        if (message.participantLeft != null && $Object.hasOwnProperty.call(message, "participantLeft"))
                            $root.stream.video.sfu.event.ParticipantLeft.encode(message.participantLeft, writer.uint32(90).fork(), _depth + 1).ldelim();
                        if (message.dominantSpeakerChanged != null && $Object.hasOwnProperty.call(message, "dominantSpeakerChanged"))
                            $root.stream.video.sfu.event.DominantSpeakerChanged.encode(message.dominantSpeakerChanged, writer.uint32(98).fork(), _depth + 1).ldelim();
                        if (message.joinResponse != null && $Object.hasOwnProperty.call(message, "joinResponse"))
                            $root.stream.video.sfu.event.JoinResponse.encode(message.joinResponse, writer.uint32(106).fork(), _depth + 1).ldelim();
                        if (message.healthCheckResponse != null && $Object.hasOwnProperty.call(message, "healthCheckResponse"))
                            $root.stream.video.sfu.event.HealthCheckResponse.encode(message.healthCheckResponse, writer.uint32(114).fork(), _depth + 1).ldelim();
                        if (message.trackPublished != null && $Object.hasOwnProperty.call(message, "trackPublished"))
                            $root.stream.video.sfu.event.TrackPublished.encode(message.trackPublished, writer.uint32(130).fork(), _depth + 1).ldelim();
                        if (message.trackUnpublished != null && $Object.hasOwnProperty.call(message, "trackUnpublished"))
                            $root.stream.video.sfu.event.TrackUnpublished.encode(message.trackUnpublished, writer.uint32(138).fork(), _depth + 1).ldelim();
                        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                            $root.stream.video.sfu.event.Error.encode(message.error, writer.uint32(146).fork(), _depth + 1).ldelim();
                        if (message.callGrantsUpdated != null && $Object.hasOwnProperty.call(message, "callGrantsUpdated"))
                            $root.stream.video.sfu.event.CallGrantsUpdated.encode(message.callGrantsUpdated, writer.uint32(154).fork(), _depth + 1).ldelim();
                        if (message.goAway != null && $Object.hasOwnProperty.call(message, "goAway"))
                            $root.stream.video.sfu.event.GoAway.encode(message.goAway, writer.uint32(162).fork(), _depth + 1).ldelim();
                        if (message.iceRestart != null && $Object.hasOwnProperty.call(message, "iceRestart"))
                            $root.stream.video.sfu.event.ICERestart.encode(message.iceRestart, writer.uint32(170).fork(), _depth + 1).ldelim();
                        if (message.pinsUpdated != null && $Object.hasOwnProperty.call(message, "pinsUpdated"))
                            $root.stream.video.sfu.event.PinsChanged.encode(message.pinsUpdated, writer.uint32(178).fork(), _depth + 1).ldelim();
                        if (message.callEnded != null && $Object.hasOwnProperty.call(message, "callEnded"))
                            $root.stream.video.sfu.event.CallEnded.encode(message.callEnded, writer.uint32(186).fork(), _depth + 1).ldelim();
                        if (message.participantUpdated != null && $Object.hasOwnProperty.call(message, "participantUpdated"))
                            $root.stream.video.sfu.event.ParticipantUpdated.encode(message.participantUpdated, writer.uint32(194).fork(), _depth + 1).ldelim();
                        if (message.participantMigrationComplete != null && $Object.hasOwnProperty.call(message, "participantMigrationComplete"))
                            $root.stream.video.sfu.event.ParticipantMigrationComplete.encode(message.participantMigrationComplete, writer.uint32(202).fork(), _depth + 1).ldelim();
                        if (message.changePublishOptions != null && $Object.hasOwnProperty.call(message, "changePublishOptions"))
                            $root.stream.video.sfu.event.ChangePublishOptions.encode(message.changePublishOptions, writer.uint32(218).fork(), _depth + 1).ldelim();
                        if (message.inboundStateNotification != null && $Object.hasOwnProperty.call(message, "inboundStateNotification"))
                            $root.stream.video.sfu.event.InboundStateNotification.encode(message.inboundStateNotification, writer.uint32(226).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    SfuEvent.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.SfuEvent();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.subscriberOffer = $root.stream.video.sfu.event.SubscriberOffer.decode(reader, reader.size(), $undefined, _depth + 1, message.subscriberOffer);
                                    message.eventPayload = "subscriberOffer";
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.publisherAnswer = $root.stream.video.sfu.event.PublisherAnswer.decode(reader, reader.size(), $undefined, _depth + 1, message.publisherAnswer);
                                    message.eventPayload = "publisherAnswer";
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.connectionQualityChanged = $root.stream.video.sfu.event.ConnectionQualityChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.connectionQualityChanged);
                                    message.eventPayload = "connectionQualityChanged";
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.audioLevelChanged = $root.stream.video.sfu.event.AudioLevelChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.audioLevelChanged);
                                    message.eventPayload = "audioLevelChanged";
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    message.iceTrickle = $root.stream.video.sfu.models.ICETrickle.decode(reader, reader.size(), $undefined, _depth + 1, message.iceTrickle);
                                    message.eventPayload = "iceTrickle";
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    message.changePublishQuality = $root.stream.video.sfu.event.ChangePublishQuality.decode(reader, reader.size(), $undefined, _depth + 1, message.changePublishQuality);
                                    message.eventPayload = "changePublishQuality";
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    message.participantJoined = $root.stream.video.sfu.event.ParticipantJoined.decode(reader, reader.size(), $undefined, _depth + 1, message.participantJoined);
                                    message.eventPayload = "participantJoined";
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 2)
                                        break;
                                    message.participantLeft = $root.stream.video.sfu.event.ParticipantLeft.decode(reader, reader.size(), $undefined, _depth + 1, message.participantLeft);
                                    message.eventPayload = "participantLeft";
                                    continue;
                                }
                            case 12: {
                                    if (wireType !== 2)
                                        break;
                                    message.dominantSpeakerChanged = $root.stream.video.sfu.event.DominantSpeakerChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.dominantSpeakerChanged);
                                    message.eventPayload = "dominantSpeakerChanged";
                                    continue;
                                }
                            case 13: {
                                    if (wireType !== 2)
                                        break;
                                    message.joinResponse = $root.stream.video.sfu.event.JoinResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.joinResponse);
                                    message.eventPayload = "joinResponse";
                                    continue;
                                }
                            case 14: {
                                    if (wireType !== 2)
                                        break;
                                    message.healthCheckResponse = $root.stream.video.sfu.event.HealthCheckResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.healthCheckResponse);
                                    message.eventPayload = "healthCheckResponse";
                                    continue;
                                }
                            case 16: {
                                    if (wireType !== 2)
                                        break;
                                    message.trackPublished = $root.stream.video.sfu.event.TrackPublished.decode(reader, reader.size(), $undefined, _depth + 1, message.trackPublished);
                                    message.eventPayload = "trackPublished";
                                    continue;
                                }
                            case 17: {
                                    if (wireType !== 2)
                                        break;
                                    message.trackUnpublished = $root.stream.video.sfu.event.TrackUnpublished.decode(reader, reader.size(), $undefined, _depth + 1, message.trackUnpublished);
                                    message.eventPayload = "trackUnpublished";
                                    continue;
                                }
                            case 18: {
                                    if (wireType !== 2)
                                        break;
                                    message.error = $root.stream.video.sfu.event.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                    message.eventPayload = "error";
                                    continue;
                                }
                            case 19: {
                                    if (wireType !== 2)
                                        break;
                                    message.callGrantsUpdated = $root.stream.video.sfu.event.CallGrantsUpdated.decode(reader, reader.size(), $undefined, _depth + 1, message.callGrantsUpdated);
                                    message.eventPayload = "callGrantsUpdated";
                                    continue;
                                }
                            case 20: {
                                    if (wireType !== 2)
                                        break;
                                    message.goAway = $root.stream.video.sfu.event.GoAway.decode(reader, reader.size(), $undefined, _depth + 1, message.goAway);
                                    message.eventPayload = "goAway";
                                    continue;
                                }
                            case 21: {
                                    if (wireType !== 2)
                                        break;
                                    message.iceRestart = $root.stream.video.sfu.event.ICERestart.decode(reader, reader.size(), $undefined, _depth + 1, message.iceRestart);
                                    message.eventPayload = "iceRestart";
                                    continue;
                                }
                            case 22: {
                                    if (wireType !== 2)
                                        break;
                                    message.pinsUpdated = $root.stream.video.sfu.event.PinsChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.pinsUpdated);
                                    message.eventPayload = "pinsUpdated";
                                    continue;
                                }
                            case 23: {
                                    if (wireType !== 2)
                                        break;
                                    message.callEnded = $root.stream.video.sfu.event.CallEnded.decode(reader, reader.size(), $undefined, _depth + 1, message.callEnded);
                                    message.eventPayload = "callEnded";
                                    continue;
                                }
                            case 24: {
                                    if (wireType !== 2)
                                        break;
                                    message.participantUpdated = $root.stream.video.sfu.event.ParticipantUpdated.decode(reader, reader.size(), $undefined, _depth + 1, message.participantUpdated);
                                    message.eventPayload = "participantUpdated";
                                    continue;
                                }
                            case 25: {
                                    if (wireType !== 2)
                                        break;
                                    message.participantMigrationComplete = $root.stream.video.sfu.event.ParticipantMigrationComplete.decode(reader, reader.size(), $undefined, _depth + 1, message.participantMigrationComplete);
                                    message.eventPayload = "participantMigrationComplete";
                                    continue;
                                }
                            case 27: {
                                    if (wireType !== 2)
                                        break;
                                    message.changePublishOptions = $root.stream.video.sfu.event.ChangePublishOptions.decode(reader, reader.size(), $undefined, _depth + 1, message.changePublishOptions);
                                    message.eventPayload = "changePublishOptions";
                                    continue;
                                }
                            case 28: {
                                    if (wireType !== 2)
                                        break;
                                    message.inboundStateNotification = $root.stream.video.sfu.event.InboundStateNotification.decode(reader, reader.size(), $undefined, _depth + 1, message.inboundStateNotification);
                                    message.eventPayload = "inboundStateNotification";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SfuEvent;
                })();

                event.ChangePublishOptionsComplete = (function() {

                    const ChangePublishOptionsComplete = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ChangePublishOptionsComplete.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ChangePublishOptionsComplete.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ChangePublishOptionsComplete();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            reader.skipType(tag & 7, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ChangePublishOptionsComplete;
                })();

                event.ParticipantMigrationComplete = (function() {

                    const ParticipantMigrationComplete = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ParticipantMigrationComplete.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ParticipantMigrationComplete.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ParticipantMigrationComplete();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            reader.skipType(tag & 7, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ParticipantMigrationComplete;
                })();

                event.HealthCheckRequest = (function() {

                    const HealthCheckRequest = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    HealthCheckRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    HealthCheckRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.HealthCheckRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            reader.skipType(tag & 7, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return HealthCheckRequest;
                })();

                event.ChangePublishOptions = (function() {

                    const ChangePublishOptions = function (properties) {
                        this.publishOptions = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ChangePublishOptions.prototype.publishOptions = $util.emptyArray;
                    ChangePublishOptions.prototype.reason = "";

                    ChangePublishOptions.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.publishOptions != null && message.publishOptions.length)
                            for (let i = 0; i < message.publishOptions.length; ++i)
                                $root.stream.video.sfu.models.PublishOption.encode(message.publishOptions[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                            writer.uint32(18).string(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ChangePublishOptions.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ChangePublishOptions();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.publishOptions && message.publishOptions.length))
                                        message.publishOptions = [];
                                    message.publishOptions.push($root.stream.video.sfu.models.PublishOption.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ChangePublishOptions;
                })();

                event.PinsChanged = (function() {

                    const PinsChanged = function (properties) {
                        this.pins = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    PinsChanged.prototype.pins = $util.emptyArray;

                    PinsChanged.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.pins != null && message.pins.length)
                            for (let i = 0; i < message.pins.length; ++i)
                                $root.stream.video.sfu.models.Pin.encode(message.pins[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    PinsChanged.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.PinsChanged();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.pins && message.pins.length))
                                        message.pins = [];
                                    message.pins.push($root.stream.video.sfu.models.Pin.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return PinsChanged;
                })();

                event.Error = (function() {

                    const Error = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Error.prototype.error = null;
                    Error.prototype.reconnectStrategy = 0;

                    Error.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                            $root.stream.video.sfu.models.Error.encode(message.error, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.reconnectStrategy != null && $Object.hasOwnProperty.call(message, "reconnectStrategy") && message.reconnectStrategy !== 0)
                            writer.uint32(40).int32(message.reconnectStrategy);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Error.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.Error();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.error = $root.stream.video.sfu.models.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.reconnectStrategy = value;
                                    else
                                        delete message.reconnectStrategy;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Error;
                })();

                event.ICETrickle = (function() {

                    const ICETrickle = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ICETrickle.prototype.peerType = 0;
                    ICETrickle.prototype.iceCandidate = "";

                    ICETrickle.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.peerType != null && $Object.hasOwnProperty.call(message, "peerType") && message.peerType !== 0)
                            writer.uint32(8).int32(message.peerType);
                        if (message.iceCandidate != null && $Object.hasOwnProperty.call(message, "iceCandidate") && message.iceCandidate !== "")
                            writer.uint32(18).string(message.iceCandidate);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ICETrickle.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ICETrickle();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.peerType = value;
                                    else
                                        delete message.peerType;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.iceCandidate = value;
                                    else
                                        delete message.iceCandidate;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ICETrickle;
                })();

                event.ICERestart = (function() {

                    const ICERestart = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ICERestart.prototype.peerType = 0;

                    ICERestart.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.peerType != null && $Object.hasOwnProperty.call(message, "peerType") && message.peerType !== 0)
                            writer.uint32(8).int32(message.peerType);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ICERestart.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ICERestart();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.peerType = value;
                                    else
                                        delete message.peerType;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ICERestart;
                })();

                event.SfuRequest = (function() {

                    const SfuRequest = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    SfuRequest.prototype.joinRequest = null;
                    SfuRequest.prototype.healthCheckRequest = null;
                    SfuRequest.prototype.leaveCallRequest = null;

                    let $oneOfFields;

                    $Object.defineProperty(SfuRequest.prototype, "requestPayload", {
                        get: $util.oneOfGetter($oneOfFields = ["joinRequest", "healthCheckRequest", "leaveCallRequest"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    SfuRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.joinRequest != null && $Object.hasOwnProperty.call(message, "joinRequest"))
                            $root.stream.video.sfu.event.JoinRequest.encode(message.joinRequest, writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.healthCheckRequest != null && $Object.hasOwnProperty.call(message, "healthCheckRequest"))
                            $root.stream.video.sfu.event.HealthCheckRequest.encode(message.healthCheckRequest, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.leaveCallRequest != null && $Object.hasOwnProperty.call(message, "leaveCallRequest"))
                            $root.stream.video.sfu.event.LeaveCallRequest.encode(message.leaveCallRequest, writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    SfuRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.SfuRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.joinRequest = $root.stream.video.sfu.event.JoinRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.joinRequest);
                                    message.requestPayload = "joinRequest";
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.healthCheckRequest = $root.stream.video.sfu.event.HealthCheckRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.healthCheckRequest);
                                    message.requestPayload = "healthCheckRequest";
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.leaveCallRequest = $root.stream.video.sfu.event.LeaveCallRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.leaveCallRequest);
                                    message.requestPayload = "leaveCallRequest";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SfuRequest;
                })();

                event.LeaveCallRequest = (function() {

                    const LeaveCallRequest = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    LeaveCallRequest.prototype.sessionId = "";
                    LeaveCallRequest.prototype.reason = "";

                    LeaveCallRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(10).string(message.sessionId);
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                            writer.uint32(18).string(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    LeaveCallRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.LeaveCallRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return LeaveCallRequest;
                })();

                event.HealthCheckResponse = (function() {

                    const HealthCheckResponse = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    HealthCheckResponse.prototype.participantCount = null;

                    HealthCheckResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.participantCount != null && $Object.hasOwnProperty.call(message, "participantCount"))
                            $root.stream.video.sfu.models.ParticipantCount.encode(message.participantCount, writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    HealthCheckResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.HealthCheckResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.participantCount = $root.stream.video.sfu.models.ParticipantCount.decode(reader, reader.size(), $undefined, _depth + 1, message.participantCount);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return HealthCheckResponse;
                })();

                event.TrackPublished = (function() {

                    const TrackPublished = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    TrackPublished.prototype.userId = "";
                    TrackPublished.prototype.sessionId = "";
                    TrackPublished.prototype.type = 0;
                    TrackPublished.prototype.participant = null;

                    TrackPublished.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                            writer.uint32(24).int32(message.type);
                        if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                            $root.stream.video.sfu.models.Participant.encode(message.participant, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    TrackPublished.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.TrackPublished();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.type = value;
                                    else
                                        delete message.type;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.participant = $root.stream.video.sfu.models.Participant.decode(reader, reader.size(), $undefined, _depth + 1, message.participant);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TrackPublished;
                })();

                event.TrackUnpublished = (function() {

                    const TrackUnpublished = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    TrackUnpublished.prototype.userId = "";
                    TrackUnpublished.prototype.sessionId = "";
                    TrackUnpublished.prototype.type = 0;
                    TrackUnpublished.prototype.cause = 0;
                    TrackUnpublished.prototype.participant = null;

                    TrackUnpublished.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                            writer.uint32(24).int32(message.type);
                        if (message.cause != null && $Object.hasOwnProperty.call(message, "cause") && message.cause !== 0)
                            writer.uint32(32).int32(message.cause);
                        if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                            $root.stream.video.sfu.models.Participant.encode(message.participant, writer.uint32(42).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    TrackUnpublished.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.TrackUnpublished();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.type = value;
                                    else
                                        delete message.type;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.cause = value;
                                    else
                                        delete message.cause;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    message.participant = $root.stream.video.sfu.models.Participant.decode(reader, reader.size(), $undefined, _depth + 1, message.participant);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TrackUnpublished;
                })();

                event.JoinRequest = (function() {

                    const JoinRequest = function (properties) {
                        this.preferredPublishOptions = [];
                        this.preferredSubscribeOptions = [];
                        this.capabilities = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    JoinRequest.prototype.token = "";
                    JoinRequest.prototype.sessionId = "";
                    JoinRequest.prototype.subscriberSdp = "";
                    JoinRequest.prototype.clientDetails = null;
                    JoinRequest.prototype.migration = null;
                    JoinRequest.prototype.fastReconnect = false;
                    JoinRequest.prototype.reconnectDetails = null;
                    JoinRequest.prototype.publisherSdp = "";
                    JoinRequest.prototype.preferredPublishOptions = $util.emptyArray;
                    JoinRequest.prototype.preferredSubscribeOptions = $util.emptyArray;
                    JoinRequest.prototype.capabilities = $util.emptyArray;
                    JoinRequest.prototype.source = 0;
                    JoinRequest.prototype.unifiedSessionId = "";

                    JoinRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                            writer.uint32(10).string(message.token);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.subscriberSdp != null && $Object.hasOwnProperty.call(message, "subscriberSdp") && message.subscriberSdp !== "")
                            writer.uint32(26).string(message.subscriberSdp);
                        if (message.clientDetails != null && $Object.hasOwnProperty.call(message, "clientDetails"))
                            $root.stream.video.sfu.models.ClientDetails.encode(message.clientDetails, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.migration != null && $Object.hasOwnProperty.call(message, "migration"))
                            $root.stream.video.sfu.event.Migration.encode(message.migration, writer.uint32(42).fork(), _depth + 1).ldelim();
                        if (message.fastReconnect != null && $Object.hasOwnProperty.call(message, "fastReconnect") && message.fastReconnect !== false)
                            writer.uint32(48).bool(message.fastReconnect);
                        if (message.reconnectDetails != null && $Object.hasOwnProperty.call(message, "reconnectDetails"))
                            $root.stream.video.sfu.event.ReconnectDetails.encode(message.reconnectDetails, writer.uint32(58).fork(), _depth + 1).ldelim();
                        if (message.publisherSdp != null && $Object.hasOwnProperty.call(message, "publisherSdp") && message.publisherSdp !== "")
                            writer.uint32(66).string(message.publisherSdp);
                        if (message.preferredPublishOptions != null && message.preferredPublishOptions.length)
                            for (let i = 0; i < message.preferredPublishOptions.length; ++i)
                                $root.stream.video.sfu.models.PublishOption.encode(message.preferredPublishOptions[i], writer.uint32(74).fork(), _depth + 1).ldelim();
                        if (message.preferredSubscribeOptions != null && message.preferredSubscribeOptions.length)
                            for (let i = 0; i < message.preferredSubscribeOptions.length; ++i)
                                $root.stream.video.sfu.models.SubscribeOption.encode(message.preferredSubscribeOptions[i], writer.uint32(82).fork(), _depth + 1).ldelim();
                        if (message.capabilities != null && message.capabilities.length)
                            writer.uint32(90).int32s(message.capabilities);
                        if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                            writer.uint32(96).int32(message.source);
                        if (message.unifiedSessionId != null && $Object.hasOwnProperty.call(message, "unifiedSessionId") && message.unifiedSessionId !== "")
                            writer.uint32(106).string(message.unifiedSessionId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    JoinRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.JoinRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.subscriberSdp = value;
                                    else
                                        delete message.subscriberSdp;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.clientDetails = $root.stream.video.sfu.models.ClientDetails.decode(reader, reader.size(), $undefined, _depth + 1, message.clientDetails);
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    message.migration = $root.stream.video.sfu.event.Migration.decode(reader, reader.size(), $undefined, _depth + 1, message.migration);
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.fastReconnect = value;
                                    else
                                        delete message.fastReconnect;
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    message.reconnectDetails = $root.stream.video.sfu.event.ReconnectDetails.decode(reader, reader.size(), $undefined, _depth + 1, message.reconnectDetails);
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.publisherSdp = value;
                                    else
                                        delete message.publisherSdp;
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.preferredPublishOptions && message.preferredPublishOptions.length))
                                        message.preferredPublishOptions = [];
                                    message.preferredPublishOptions.push($root.stream.video.sfu.models.PublishOption.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.preferredSubscribeOptions && message.preferredSubscribeOptions.length))
                                        message.preferredSubscribeOptions = [];
                                    message.preferredSubscribeOptions.push($root.stream.video.sfu.models.SubscribeOption.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 11: {
                                    if (wireType === 2) {
                                        if (!(message.capabilities && message.capabilities.length))
                                            message.capabilities = [];
                                        reader.int32s(message.capabilities);
                                        continue;
                                    }
                                    if (wireType !== 0)
                                        break;
                                    if (!(message.capabilities && message.capabilities.length))
                                        message.capabilities = [];
                                    message.capabilities.push(reader.int32());
                                    continue;
                                }
                            case 12: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.source = value;
                                    else
                                        delete message.source;
                                    continue;
                                }
                            case 13: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.unifiedSessionId = value;
                                    else
                                        delete message.unifiedSessionId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return JoinRequest;
                })();

                event.ReconnectDetails = (function() {

                    const ReconnectDetails = function (properties) {
                        this.announcedTracks = [];
                        this.subscriptions = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ReconnectDetails.prototype.strategy = 0;
                    ReconnectDetails.prototype.announcedTracks = $util.emptyArray;
                    ReconnectDetails.prototype.subscriptions = $util.emptyArray;
                    ReconnectDetails.prototype.reconnectAttempt = 0;
                    ReconnectDetails.prototype.fromSfuId = "";
                    ReconnectDetails.prototype.previousSessionId = "";
                    ReconnectDetails.prototype.reason = "";

                    ReconnectDetails.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.strategy != null && $Object.hasOwnProperty.call(message, "strategy") && message.strategy !== 0)
                            writer.uint32(8).int32(message.strategy);
                        if (message.announcedTracks != null && message.announcedTracks.length)
                            for (let i = 0; i < message.announcedTracks.length; ++i)
                                $root.stream.video.sfu.models.TrackInfo.encode(message.announcedTracks[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.subscriptions != null && message.subscriptions.length)
                            for (let i = 0; i < message.subscriptions.length; ++i)
                                $root.stream.video.sfu.signal.TrackSubscriptionDetails.encode(message.subscriptions[i], writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.reconnectAttempt != null && $Object.hasOwnProperty.call(message, "reconnectAttempt") && message.reconnectAttempt !== 0)
                            writer.uint32(40).uint32(message.reconnectAttempt);
                        if (message.fromSfuId != null && $Object.hasOwnProperty.call(message, "fromSfuId") && message.fromSfuId !== "")
                            writer.uint32(50).string(message.fromSfuId);
                        if (message.previousSessionId != null && $Object.hasOwnProperty.call(message, "previousSessionId") && message.previousSessionId !== "")
                            writer.uint32(58).string(message.previousSessionId);
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                            writer.uint32(66).string(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ReconnectDetails.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ReconnectDetails();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.strategy = value;
                                    else
                                        delete message.strategy;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.announcedTracks && message.announcedTracks.length))
                                        message.announcedTracks = [];
                                    message.announcedTracks.push($root.stream.video.sfu.models.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.subscriptions && message.subscriptions.length))
                                        message.subscriptions = [];
                                    message.subscriptions.push($root.stream.video.sfu.signal.TrackSubscriptionDetails.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.reconnectAttempt = value;
                                    else
                                        delete message.reconnectAttempt;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.fromSfuId = value;
                                    else
                                        delete message.fromSfuId;
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.previousSessionId = value;
                                    else
                                        delete message.previousSessionId;
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ReconnectDetails;
                })();

                event.Migration = (function() {

                    const Migration = function (properties) {
                        this.announcedTracks = [];
                        this.subscriptions = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Migration.prototype.fromSfuId = "";
                    Migration.prototype.announcedTracks = $util.emptyArray;
                    Migration.prototype.subscriptions = $util.emptyArray;

                    Migration.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.fromSfuId != null && $Object.hasOwnProperty.call(message, "fromSfuId") && message.fromSfuId !== "")
                            writer.uint32(10).string(message.fromSfuId);
                        if (message.announcedTracks != null && message.announcedTracks.length)
                            for (let i = 0; i < message.announcedTracks.length; ++i)
                                $root.stream.video.sfu.models.TrackInfo.encode(message.announcedTracks[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.subscriptions != null && message.subscriptions.length)
                            for (let i = 0; i < message.subscriptions.length; ++i)
                                $root.stream.video.sfu.signal.TrackSubscriptionDetails.encode(message.subscriptions[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Migration.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.Migration();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.fromSfuId = value;
                                    else
                                        delete message.fromSfuId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.announcedTracks && message.announcedTracks.length))
                                        message.announcedTracks = [];
                                    message.announcedTracks.push($root.stream.video.sfu.models.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.subscriptions && message.subscriptions.length))
                                        message.subscriptions = [];
                                    message.subscriptions.push($root.stream.video.sfu.signal.TrackSubscriptionDetails.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Migration;
                })();

                event.JoinResponse = (function() {

                    const JoinResponse = function (properties) {
                        this.publishOptions = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    JoinResponse.prototype.callState = null;
                    JoinResponse.prototype.reconnected = false;
                    JoinResponse.prototype.fastReconnectDeadlineSeconds = 0;
                    JoinResponse.prototype.publishOptions = $util.emptyArray;

                    JoinResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.callState != null && $Object.hasOwnProperty.call(message, "callState"))
                            $root.stream.video.sfu.models.CallState.encode(message.callState, writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.reconnected != null && $Object.hasOwnProperty.call(message, "reconnected") && message.reconnected !== false)
                            writer.uint32(16).bool(message.reconnected);
                        if (message.fastReconnectDeadlineSeconds != null && $Object.hasOwnProperty.call(message, "fastReconnectDeadlineSeconds") && message.fastReconnectDeadlineSeconds !== 0)
                            writer.uint32(24).int32(message.fastReconnectDeadlineSeconds);
                        if (message.publishOptions != null && message.publishOptions.length)
                            for (let i = 0; i < message.publishOptions.length; ++i)
                                $root.stream.video.sfu.models.PublishOption.encode(message.publishOptions[i], writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    JoinResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.JoinResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.callState = $root.stream.video.sfu.models.CallState.decode(reader, reader.size(), $undefined, _depth + 1, message.callState);
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.reconnected = value;
                                    else
                                        delete message.reconnected;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.fastReconnectDeadlineSeconds = value;
                                    else
                                        delete message.fastReconnectDeadlineSeconds;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.publishOptions && message.publishOptions.length))
                                        message.publishOptions = [];
                                    message.publishOptions.push($root.stream.video.sfu.models.PublishOption.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return JoinResponse;
                })();

                event.ParticipantJoined = (function() {

                    const ParticipantJoined = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ParticipantJoined.prototype.callCid = "";
                    ParticipantJoined.prototype.participant = null;
                    ParticipantJoined.prototype.isPinned = false;

                    ParticipantJoined.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.callCid != null && $Object.hasOwnProperty.call(message, "callCid") && message.callCid !== "")
                            writer.uint32(10).string(message.callCid);
                        if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                            $root.stream.video.sfu.models.Participant.encode(message.participant, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.isPinned != null && $Object.hasOwnProperty.call(message, "isPinned") && message.isPinned !== false)
                            writer.uint32(24).bool(message.isPinned);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ParticipantJoined.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ParticipantJoined();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.callCid = value;
                                    else
                                        delete message.callCid;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.participant = $root.stream.video.sfu.models.Participant.decode(reader, reader.size(), $undefined, _depth + 1, message.participant);
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.isPinned = value;
                                    else
                                        delete message.isPinned;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ParticipantJoined;
                })();

                event.ParticipantLeft = (function() {

                    const ParticipantLeft = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ParticipantLeft.prototype.callCid = "";
                    ParticipantLeft.prototype.participant = null;

                    ParticipantLeft.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.callCid != null && $Object.hasOwnProperty.call(message, "callCid") && message.callCid !== "")
                            writer.uint32(10).string(message.callCid);
                        if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                            $root.stream.video.sfu.models.Participant.encode(message.participant, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ParticipantLeft.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ParticipantLeft();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.callCid = value;
                                    else
                                        delete message.callCid;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.participant = $root.stream.video.sfu.models.Participant.decode(reader, reader.size(), $undefined, _depth + 1, message.participant);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ParticipantLeft;
                })();

                event.ParticipantUpdated = (function() {

                    const ParticipantUpdated = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ParticipantUpdated.prototype.callCid = "";
                    ParticipantUpdated.prototype.participant = null;

                    ParticipantUpdated.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.callCid != null && $Object.hasOwnProperty.call(message, "callCid") && message.callCid !== "")
                            writer.uint32(10).string(message.callCid);
                        if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                            $root.stream.video.sfu.models.Participant.encode(message.participant, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ParticipantUpdated.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ParticipantUpdated();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.callCid = value;
                                    else
                                        delete message.callCid;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.participant = $root.stream.video.sfu.models.Participant.decode(reader, reader.size(), $undefined, _depth + 1, message.participant);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ParticipantUpdated;
                })();

                event.SubscriberOffer = (function() {

                    const SubscriberOffer = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    SubscriberOffer.prototype.iceRestart = false;
                    SubscriberOffer.prototype.sdp = "";
                    SubscriberOffer.prototype.negotiationId = 0;

                    SubscriberOffer.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.iceRestart != null && $Object.hasOwnProperty.call(message, "iceRestart") && message.iceRestart !== false)
                            writer.uint32(8).bool(message.iceRestart);
                        if (message.sdp != null && $Object.hasOwnProperty.call(message, "sdp") && message.sdp !== "")
                            writer.uint32(18).string(message.sdp);
                        if (message.negotiationId != null && $Object.hasOwnProperty.call(message, "negotiationId") && message.negotiationId !== 0)
                            writer.uint32(24).uint32(message.negotiationId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    SubscriberOffer.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.SubscriberOffer();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.iceRestart = value;
                                    else
                                        delete message.iceRestart;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sdp = value;
                                    else
                                        delete message.sdp;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.negotiationId = value;
                                    else
                                        delete message.negotiationId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SubscriberOffer;
                })();

                event.PublisherAnswer = (function() {

                    const PublisherAnswer = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    PublisherAnswer.prototype.sdp = "";

                    PublisherAnswer.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sdp != null && $Object.hasOwnProperty.call(message, "sdp") && message.sdp !== "")
                            writer.uint32(10).string(message.sdp);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    PublisherAnswer.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.PublisherAnswer();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sdp = value;
                                    else
                                        delete message.sdp;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return PublisherAnswer;
                })();

                event.ConnectionQualityChanged = (function() {

                    const ConnectionQualityChanged = function (properties) {
                        this.connectionQualityUpdates = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ConnectionQualityChanged.prototype.connectionQualityUpdates = $util.emptyArray;

                    ConnectionQualityChanged.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.connectionQualityUpdates != null && message.connectionQualityUpdates.length)
                            for (let i = 0; i < message.connectionQualityUpdates.length; ++i)
                                $root.stream.video.sfu.event.ConnectionQualityInfo.encode(message.connectionQualityUpdates[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ConnectionQualityChanged.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ConnectionQualityChanged();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.connectionQualityUpdates && message.connectionQualityUpdates.length))
                                        message.connectionQualityUpdates = [];
                                    message.connectionQualityUpdates.push($root.stream.video.sfu.event.ConnectionQualityInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ConnectionQualityChanged;
                })();

                event.ConnectionQualityInfo = (function() {

                    const ConnectionQualityInfo = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ConnectionQualityInfo.prototype.userId = "";
                    ConnectionQualityInfo.prototype.sessionId = "";
                    ConnectionQualityInfo.prototype.connectionQuality = 0;

                    ConnectionQualityInfo.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.connectionQuality != null && $Object.hasOwnProperty.call(message, "connectionQuality") && message.connectionQuality !== 0)
                            writer.uint32(24).int32(message.connectionQuality);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ConnectionQualityInfo.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ConnectionQualityInfo();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.connectionQuality = value;
                                    else
                                        delete message.connectionQuality;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ConnectionQualityInfo;
                })();

                event.DominantSpeakerChanged = (function() {

                    const DominantSpeakerChanged = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    DominantSpeakerChanged.prototype.userId = "";
                    DominantSpeakerChanged.prototype.sessionId = "";

                    DominantSpeakerChanged.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    DominantSpeakerChanged.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.DominantSpeakerChanged();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return DominantSpeakerChanged;
                })();

                event.AudioLevel = (function() {

                    const AudioLevel = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    AudioLevel.prototype.userId = "";
                    AudioLevel.prototype.sessionId = "";
                    AudioLevel.prototype.level = 0;
                    AudioLevel.prototype.isSpeaking = false;

                    AudioLevel.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.level != null && $Object.hasOwnProperty.call(message, "level") && !$Object.is(message.level, 0))
                            writer.uint32(29).float(message.level);
                        if (message.isSpeaking != null && $Object.hasOwnProperty.call(message, "isSpeaking") && message.isSpeaking !== false)
                            writer.uint32(32).bool(message.isSpeaking);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    AudioLevel.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.AudioLevel();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 5)
                                        break;
                                    if (!$Object.is(value = reader.float(), 0))
                                        message.level = value;
                                    else
                                        delete message.level;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.isSpeaking = value;
                                    else
                                        delete message.isSpeaking;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return AudioLevel;
                })();

                event.AudioLevelChanged = (function() {

                    const AudioLevelChanged = function (properties) {
                        this.audioLevels = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    AudioLevelChanged.prototype.audioLevels = $util.emptyArray;

                    AudioLevelChanged.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.audioLevels != null && message.audioLevels.length)
                            for (let i = 0; i < message.audioLevels.length; ++i)
                                $root.stream.video.sfu.event.AudioLevel.encode(message.audioLevels[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    AudioLevelChanged.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.AudioLevelChanged();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.audioLevels && message.audioLevels.length))
                                        message.audioLevels = [];
                                    message.audioLevels.push($root.stream.video.sfu.event.AudioLevel.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return AudioLevelChanged;
                })();

                event.AudioSender = (function() {

                    const AudioSender = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    AudioSender.prototype.codec = null;
                    AudioSender.prototype.trackType = 0;
                    AudioSender.prototype.publishOptionId = 0;

                    AudioSender.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.codec != null && $Object.hasOwnProperty.call(message, "codec"))
                            $root.stream.video.sfu.models.Codec.encode(message.codec, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.trackType != null && $Object.hasOwnProperty.call(message, "trackType") && message.trackType !== 0)
                            writer.uint32(24).int32(message.trackType);
                        if (message.publishOptionId != null && $Object.hasOwnProperty.call(message, "publishOptionId") && message.publishOptionId !== 0)
                            writer.uint32(32).int32(message.publishOptionId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    AudioSender.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.AudioSender();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.codec = $root.stream.video.sfu.models.Codec.decode(reader, reader.size(), $undefined, _depth + 1, message.codec);
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.trackType = value;
                                    else
                                        delete message.trackType;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.publishOptionId = value;
                                    else
                                        delete message.publishOptionId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return AudioSender;
                })();

                event.VideoLayerSetting = (function() {

                    const VideoLayerSetting = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    VideoLayerSetting.prototype.name = "";
                    VideoLayerSetting.prototype.active = false;
                    VideoLayerSetting.prototype.maxBitrate = 0;
                    VideoLayerSetting.prototype.scaleResolutionDownBy = 0;
                    VideoLayerSetting.prototype.codec = null;
                    VideoLayerSetting.prototype.maxFramerate = 0;
                    VideoLayerSetting.prototype.scalabilityMode = "";

                    VideoLayerSetting.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                            writer.uint32(10).string(message.name);
                        if (message.active != null && $Object.hasOwnProperty.call(message, "active") && message.active !== false)
                            writer.uint32(16).bool(message.active);
                        if (message.maxBitrate != null && $Object.hasOwnProperty.call(message, "maxBitrate") && message.maxBitrate !== 0)
                            writer.uint32(24).int32(message.maxBitrate);
                        if (message.scaleResolutionDownBy != null && $Object.hasOwnProperty.call(message, "scaleResolutionDownBy") && !$Object.is(message.scaleResolutionDownBy, 0))
                            writer.uint32(37).float(message.scaleResolutionDownBy);
                        if (message.codec != null && $Object.hasOwnProperty.call(message, "codec"))
                            $root.stream.video.sfu.models.Codec.encode(message.codec, writer.uint32(50).fork(), _depth + 1).ldelim();
                        if (message.maxFramerate != null && $Object.hasOwnProperty.call(message, "maxFramerate") && message.maxFramerate !== 0)
                            writer.uint32(56).uint32(message.maxFramerate);
                        if (message.scalabilityMode != null && $Object.hasOwnProperty.call(message, "scalabilityMode") && message.scalabilityMode !== "")
                            writer.uint32(66).string(message.scalabilityMode);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    VideoLayerSetting.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.VideoLayerSetting();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.name = value;
                                    else
                                        delete message.name;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.active = value;
                                    else
                                        delete message.active;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.maxBitrate = value;
                                    else
                                        delete message.maxBitrate;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 5)
                                        break;
                                    if (!$Object.is(value = reader.float(), 0))
                                        message.scaleResolutionDownBy = value;
                                    else
                                        delete message.scaleResolutionDownBy;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    message.codec = $root.stream.video.sfu.models.Codec.decode(reader, reader.size(), $undefined, _depth + 1, message.codec);
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.maxFramerate = value;
                                    else
                                        delete message.maxFramerate;
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.scalabilityMode = value;
                                    else
                                        delete message.scalabilityMode;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return VideoLayerSetting;
                })();

                event.VideoSender = (function() {

                    const VideoSender = function (properties) {
                        this.layers = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    VideoSender.prototype.codec = null;
                    VideoSender.prototype.layers = $util.emptyArray;
                    VideoSender.prototype.trackType = 0;
                    VideoSender.prototype.publishOptionId = 0;
                    VideoSender.prototype.degradationPreference = 0;

                    VideoSender.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.codec != null && $Object.hasOwnProperty.call(message, "codec"))
                            $root.stream.video.sfu.models.Codec.encode(message.codec, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.layers != null && message.layers.length)
                            for (let i = 0; i < message.layers.length; ++i)
                                $root.stream.video.sfu.event.VideoLayerSetting.encode(message.layers[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.trackType != null && $Object.hasOwnProperty.call(message, "trackType") && message.trackType !== 0)
                            writer.uint32(32).int32(message.trackType);
                        if (message.publishOptionId != null && $Object.hasOwnProperty.call(message, "publishOptionId") && message.publishOptionId !== 0)
                            writer.uint32(40).int32(message.publishOptionId);
                        if (message.degradationPreference != null && $Object.hasOwnProperty.call(message, "degradationPreference") && message.degradationPreference !== 0)
                            writer.uint32(48).int32(message.degradationPreference);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    VideoSender.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.VideoSender();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.codec = $root.stream.video.sfu.models.Codec.decode(reader, reader.size(), $undefined, _depth + 1, message.codec);
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.layers && message.layers.length))
                                        message.layers = [];
                                    message.layers.push($root.stream.video.sfu.event.VideoLayerSetting.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.trackType = value;
                                    else
                                        delete message.trackType;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.publishOptionId = value;
                                    else
                                        delete message.publishOptionId;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.degradationPreference = value;
                                    else
                                        delete message.degradationPreference;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return VideoSender;
                })();

                event.ChangePublishQuality = (function() {

                    const ChangePublishQuality = function (properties) {
                        this.audioSenders = [];
                        this.videoSenders = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ChangePublishQuality.prototype.audioSenders = $util.emptyArray;
                    ChangePublishQuality.prototype.videoSenders = $util.emptyArray;

                    ChangePublishQuality.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.audioSenders != null && message.audioSenders.length)
                            for (let i = 0; i < message.audioSenders.length; ++i)
                                $root.stream.video.sfu.event.AudioSender.encode(message.audioSenders[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.videoSenders != null && message.videoSenders.length)
                            for (let i = 0; i < message.videoSenders.length; ++i)
                                $root.stream.video.sfu.event.VideoSender.encode(message.videoSenders[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ChangePublishQuality.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.ChangePublishQuality();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.audioSenders && message.audioSenders.length))
                                        message.audioSenders = [];
                                    message.audioSenders.push($root.stream.video.sfu.event.AudioSender.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.videoSenders && message.videoSenders.length))
                                        message.videoSenders = [];
                                    message.videoSenders.push($root.stream.video.sfu.event.VideoSender.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ChangePublishQuality;
                })();

                event.CallGrantsUpdated = (function() {

                    const CallGrantsUpdated = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    CallGrantsUpdated.prototype.currentGrants = null;
                    CallGrantsUpdated.prototype.message = "";

                    CallGrantsUpdated.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.currentGrants != null && $Object.hasOwnProperty.call(message, "currentGrants"))
                            $root.stream.video.sfu.models.CallGrants.encode(message.currentGrants, writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                            writer.uint32(18).string(message.message);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    CallGrantsUpdated.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.CallGrantsUpdated();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.currentGrants = $root.stream.video.sfu.models.CallGrants.decode(reader, reader.size(), $undefined, _depth + 1, message.currentGrants);
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.message = value;
                                    else
                                        delete message.message;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CallGrantsUpdated;
                })();

                event.GoAway = (function() {

                    const GoAway = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    GoAway.prototype.reason = 0;

                    GoAway.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== 0)
                            writer.uint32(8).int32(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    GoAway.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.GoAway();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return GoAway;
                })();

                event.CallEnded = (function() {

                    const CallEnded = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    CallEnded.prototype.reason = 0;

                    CallEnded.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== 0)
                            writer.uint32(8).int32(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    CallEnded.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.CallEnded();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CallEnded;
                })();

                event.InboundStateNotification = (function() {

                    const InboundStateNotification = function (properties) {
                        this.inboundVideoStates = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    InboundStateNotification.prototype.inboundVideoStates = $util.emptyArray;

                    InboundStateNotification.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.inboundVideoStates != null && message.inboundVideoStates.length)
                            for (let i = 0; i < message.inboundVideoStates.length; ++i)
                                $root.stream.video.sfu.event.InboundVideoState.encode(message.inboundVideoStates[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    InboundStateNotification.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.InboundStateNotification();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.inboundVideoStates && message.inboundVideoStates.length))
                                        message.inboundVideoStates = [];
                                    message.inboundVideoStates.push($root.stream.video.sfu.event.InboundVideoState.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return InboundStateNotification;
                })();

                event.InboundVideoState = (function() {

                    const InboundVideoState = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    InboundVideoState.prototype.userId = "";
                    InboundVideoState.prototype.sessionId = "";
                    InboundVideoState.prototype.trackType = 0;
                    InboundVideoState.prototype.paused = false;

                    InboundVideoState.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.trackType != null && $Object.hasOwnProperty.call(message, "trackType") && message.trackType !== 0)
                            writer.uint32(24).int32(message.trackType);
                        if (message.paused != null && $Object.hasOwnProperty.call(message, "paused") && message.paused !== false)
                            writer.uint32(32).bool(message.paused);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    InboundVideoState.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.event.InboundVideoState();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.trackType = value;
                                    else
                                        delete message.trackType;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.paused = value;
                                    else
                                        delete message.paused;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return InboundVideoState;
                })();

                return event;
            })();

            sfu.models = (function() {

                const models = {};

                models.CallState = (function() {

                    const CallState = function (properties) {
                        this.participants = [];
                        this.pins = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    CallState.prototype.participants = $util.emptyArray;
                    CallState.prototype.startedAt = null;
                    CallState.prototype.participantCount = null;
                    CallState.prototype.pins = $util.emptyArray;
                    CallState.prototype.e2eeEnabled = false;

                    CallState.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.participants != null && message.participants.length)
                            for (let i = 0; i < message.participants.length; ++i)
                                $root.stream.video.sfu.models.Participant.encode(message.participants[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.startedAt != null && $Object.hasOwnProperty.call(message, "startedAt"))
                            $root.google.protobuf.Timestamp.encode(message.startedAt, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.participantCount != null && $Object.hasOwnProperty.call(message, "participantCount"))
                            $root.stream.video.sfu.models.ParticipantCount.encode(message.participantCount, writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.pins != null && message.pins.length)
                            for (let i = 0; i < message.pins.length; ++i)
                                $root.stream.video.sfu.models.Pin.encode(message.pins[i], writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.e2eeEnabled != null && $Object.hasOwnProperty.call(message, "e2eeEnabled") && message.e2eeEnabled !== false)
                            writer.uint32(40).bool(message.e2eeEnabled);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    CallState.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.CallState();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.participants && message.participants.length))
                                        message.participants = [];
                                    message.participants.push($root.stream.video.sfu.models.Participant.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.startedAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.startedAt);
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.participantCount = $root.stream.video.sfu.models.ParticipantCount.decode(reader, reader.size(), $undefined, _depth + 1, message.participantCount);
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.pins && message.pins.length))
                                        message.pins = [];
                                    message.pins.push($root.stream.video.sfu.models.Pin.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.e2eeEnabled = value;
                                    else
                                        delete message.e2eeEnabled;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CallState;
                })();

                models.ParticipantCount = (function() {

                    const ParticipantCount = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ParticipantCount.prototype.total = 0;
                    ParticipantCount.prototype.anonymous = 0;

                    ParticipantCount.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.total != null && $Object.hasOwnProperty.call(message, "total") && message.total !== 0)
                            writer.uint32(8).uint32(message.total);
                        if (message.anonymous != null && $Object.hasOwnProperty.call(message, "anonymous") && message.anonymous !== 0)
                            writer.uint32(16).uint32(message.anonymous);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ParticipantCount.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.ParticipantCount();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.total = value;
                                    else
                                        delete message.total;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.anonymous = value;
                                    else
                                        delete message.anonymous;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ParticipantCount;
                })();

                models.Pin = (function() {

                    const Pin = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Pin.prototype.userId = "";
                    Pin.prototype.sessionId = "";

                    Pin.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Pin.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.Pin();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Pin;
                })();

                models.Participant = (function() {

                    const Participant = function (properties) {
                        this.publishedTracks = [];
                        this.roles = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Participant.prototype.userId = "";
                    Participant.prototype.sessionId = "";
                    Participant.prototype.publishedTracks = $util.emptyArray;
                    Participant.prototype.joinedAt = null;
                    Participant.prototype.trackLookupPrefix = "";
                    Participant.prototype.connectionQuality = 0;
                    Participant.prototype.isSpeaking = false;
                    Participant.prototype.isDominantSpeaker = false;
                    Participant.prototype.audioLevel = 0;
                    Participant.prototype.name = "";
                    Participant.prototype.image = "";
                    Participant.prototype.custom = null;
                    Participant.prototype.roles = $util.emptyArray;
                    Participant.prototype.source = 0;

                    Participant.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.publishedTracks != null && message.publishedTracks.length)
                            writer.uint32(26).int32s(message.publishedTracks);
                        if (message.joinedAt != null && $Object.hasOwnProperty.call(message, "joinedAt"))
                            $root.google.protobuf.Timestamp.encode(message.joinedAt, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.trackLookupPrefix != null && $Object.hasOwnProperty.call(message, "trackLookupPrefix") && message.trackLookupPrefix !== "")
                            writer.uint32(42).string(message.trackLookupPrefix);
                        if (message.connectionQuality != null && $Object.hasOwnProperty.call(message, "connectionQuality") && message.connectionQuality !== 0)
                            writer.uint32(48).int32(message.connectionQuality);
                        if (message.isSpeaking != null && $Object.hasOwnProperty.call(message, "isSpeaking") && message.isSpeaking !== false)
                            writer.uint32(56).bool(message.isSpeaking);
                        if (message.isDominantSpeaker != null && $Object.hasOwnProperty.call(message, "isDominantSpeaker") && message.isDominantSpeaker !== false)
                            writer.uint32(64).bool(message.isDominantSpeaker);
                        if (message.audioLevel != null && $Object.hasOwnProperty.call(message, "audioLevel") && !$Object.is(message.audioLevel, 0))
                            writer.uint32(77).float(message.audioLevel);
                        if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                            writer.uint32(82).string(message.name);
                        if (message.image != null && $Object.hasOwnProperty.call(message, "image") && message.image !== "")
                            writer.uint32(90).string(message.image);
                        if (message.custom != null && $Object.hasOwnProperty.call(message, "custom"))
                            $root.google.protobuf.Struct.encode(message.custom, writer.uint32(98).fork(), _depth + 1).ldelim();
                        if (message.roles != null && message.roles.length)
                            for (let i = 0; i < message.roles.length; ++i)
                                writer.uint32(106).string(message.roles[i]);
                        if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                            writer.uint32(112).int32(message.source);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Participant.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.Participant();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType === 2) {
                                        if (!(message.publishedTracks && message.publishedTracks.length))
                                            message.publishedTracks = [];
                                        reader.int32s(message.publishedTracks);
                                        continue;
                                    }
                                    if (wireType !== 0)
                                        break;
                                    if (!(message.publishedTracks && message.publishedTracks.length))
                                        message.publishedTracks = [];
                                    message.publishedTracks.push(reader.int32());
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.joinedAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.joinedAt);
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.trackLookupPrefix = value;
                                    else
                                        delete message.trackLookupPrefix;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.connectionQuality = value;
                                    else
                                        delete message.connectionQuality;
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.isSpeaking = value;
                                    else
                                        delete message.isSpeaking;
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.isDominantSpeaker = value;
                                    else
                                        delete message.isDominantSpeaker;
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 5)
                                        break;
                                    if (!$Object.is(value = reader.float(), 0))
                                        message.audioLevel = value;
                                    else
                                        delete message.audioLevel;
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.name = value;
                                    else
                                        delete message.name;
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.image = value;
                                    else
                                        delete message.image;
                                    continue;
                                }
                            case 12: {
                                    if (wireType !== 2)
                                        break;
                                    message.custom = $root.google.protobuf.Struct.decode(reader, reader.size(), $undefined, _depth + 1, message.custom);
                                    continue;
                                }
                            case 13: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.roles && message.roles.length))
                                        message.roles = [];
                                    message.roles.push(reader.stringVerify());
                                    continue;
                                }
                            case 14: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.source = value;
                                    else
                                        delete message.source;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Participant;
                })();

                models.VideoDimension = (function() {

                    const VideoDimension = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    VideoDimension.prototype.width = 0;
                    VideoDimension.prototype.height = 0;

                    VideoDimension.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.width != null && $Object.hasOwnProperty.call(message, "width") && message.width !== 0)
                            writer.uint32(8).uint32(message.width);
                        if (message.height != null && $Object.hasOwnProperty.call(message, "height") && message.height !== 0)
                            writer.uint32(16).uint32(message.height);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    VideoDimension.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.VideoDimension();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.width = value;
                                    else
                                        delete message.width;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.height = value;
                                    else
                                        delete message.height;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return VideoDimension;
                })();

                models.VideoLayer = (function() {

                    const VideoLayer = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    VideoLayer.prototype.rid = "";
                    VideoLayer.prototype.videoDimension = null;
                    VideoLayer.prototype.bitrate = 0;
                    VideoLayer.prototype.fps = 0;
                    VideoLayer.prototype.quality = 0;

                    VideoLayer.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.rid != null && $Object.hasOwnProperty.call(message, "rid") && message.rid !== "")
                            writer.uint32(10).string(message.rid);
                        if (message.videoDimension != null && $Object.hasOwnProperty.call(message, "videoDimension"))
                            $root.stream.video.sfu.models.VideoDimension.encode(message.videoDimension, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.bitrate != null && $Object.hasOwnProperty.call(message, "bitrate") && message.bitrate !== 0)
                            writer.uint32(32).uint32(message.bitrate);
                        if (message.fps != null && $Object.hasOwnProperty.call(message, "fps") && message.fps !== 0)
                            writer.uint32(40).uint32(message.fps);
                        if (message.quality != null && $Object.hasOwnProperty.call(message, "quality") && message.quality !== 0)
                            writer.uint32(48).int32(message.quality);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    VideoLayer.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.VideoLayer();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.rid = value;
                                    else
                                        delete message.rid;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.videoDimension = $root.stream.video.sfu.models.VideoDimension.decode(reader, reader.size(), $undefined, _depth + 1, message.videoDimension);
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.bitrate = value;
                                    else
                                        delete message.bitrate;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.fps = value;
                                    else
                                        delete message.fps;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.quality = value;
                                    else
                                        delete message.quality;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return VideoLayer;
                })();

                models.SubscribeOption = (function() {

                    const SubscribeOption = function (properties) {
                        this.codecs = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    SubscribeOption.prototype.trackType = 0;
                    SubscribeOption.prototype.codecs = $util.emptyArray;

                    SubscribeOption.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.trackType != null && $Object.hasOwnProperty.call(message, "trackType") && message.trackType !== 0)
                            writer.uint32(8).int32(message.trackType);
                        if (message.codecs != null && message.codecs.length)
                            for (let i = 0; i < message.codecs.length; ++i)
                                $root.stream.video.sfu.models.Codec.encode(message.codecs[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    SubscribeOption.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.SubscribeOption();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.trackType = value;
                                    else
                                        delete message.trackType;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.codecs && message.codecs.length))
                                        message.codecs = [];
                                    message.codecs.push($root.stream.video.sfu.models.Codec.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SubscribeOption;
                })();

                models.PublishOption = (function() {

                    const PublishOption = function (properties) {
                        this.audioBitrateProfiles = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    PublishOption.prototype.trackType = 0;
                    PublishOption.prototype.codec = null;
                    PublishOption.prototype.bitrate = 0;
                    PublishOption.prototype.fps = 0;
                    PublishOption.prototype.maxSpatialLayers = 0;
                    PublishOption.prototype.maxTemporalLayers = 0;
                    PublishOption.prototype.videoDimension = null;
                    PublishOption.prototype.id = 0;
                    PublishOption.prototype.useSingleLayer = false;
                    PublishOption.prototype.audioBitrateProfiles = $util.emptyArray;
                    PublishOption.prototype.degradationPreference = 0;

                    PublishOption.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.trackType != null && $Object.hasOwnProperty.call(message, "trackType") && message.trackType !== 0)
                            writer.uint32(8).int32(message.trackType);
                        if (message.codec != null && $Object.hasOwnProperty.call(message, "codec"))
                            $root.stream.video.sfu.models.Codec.encode(message.codec, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.bitrate != null && $Object.hasOwnProperty.call(message, "bitrate") && message.bitrate !== 0)
                            writer.uint32(24).int32(message.bitrate);
                        if (message.fps != null && $Object.hasOwnProperty.call(message, "fps") && message.fps !== 0)
                            writer.uint32(32).int32(message.fps);
                        if (message.maxSpatialLayers != null && $Object.hasOwnProperty.call(message, "maxSpatialLayers") && message.maxSpatialLayers !== 0)
                            writer.uint32(40).int32(message.maxSpatialLayers);
                        if (message.maxTemporalLayers != null && $Object.hasOwnProperty.call(message, "maxTemporalLayers") && message.maxTemporalLayers !== 0)
                            writer.uint32(48).int32(message.maxTemporalLayers);
                        if (message.videoDimension != null && $Object.hasOwnProperty.call(message, "videoDimension"))
                            $root.stream.video.sfu.models.VideoDimension.encode(message.videoDimension, writer.uint32(58).fork(), _depth + 1).ldelim();
                        if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                            writer.uint32(64).int32(message.id);
                        if (message.useSingleLayer != null && $Object.hasOwnProperty.call(message, "useSingleLayer") && message.useSingleLayer !== false)
                            writer.uint32(72).bool(message.useSingleLayer);
                        if (message.audioBitrateProfiles != null && message.audioBitrateProfiles.length)
                            for (let i = 0; i < message.audioBitrateProfiles.length; ++i)
                                $root.stream.video.sfu.models.AudioBitrate.encode(message.audioBitrateProfiles[i], writer.uint32(82).fork(), _depth + 1).ldelim();
                        if (message.degradationPreference != null && $Object.hasOwnProperty.call(message, "degradationPreference") && message.degradationPreference !== 0)
                            writer.uint32(88).int32(message.degradationPreference);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    PublishOption.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.PublishOption();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.trackType = value;
                                    else
                                        delete message.trackType;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.codec = $root.stream.video.sfu.models.Codec.decode(reader, reader.size(), $undefined, _depth + 1, message.codec);
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.bitrate = value;
                                    else
                                        delete message.bitrate;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.fps = value;
                                    else
                                        delete message.fps;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.maxSpatialLayers = value;
                                    else
                                        delete message.maxSpatialLayers;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.maxTemporalLayers = value;
                                    else
                                        delete message.maxTemporalLayers;
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    message.videoDimension = $root.stream.video.sfu.models.VideoDimension.decode(reader, reader.size(), $undefined, _depth + 1, message.videoDimension);
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.id = value;
                                    else
                                        delete message.id;
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.useSingleLayer = value;
                                    else
                                        delete message.useSingleLayer;
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.audioBitrateProfiles && message.audioBitrateProfiles.length))
                                        message.audioBitrateProfiles = [];
                                    message.audioBitrateProfiles.push($root.stream.video.sfu.models.AudioBitrate.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.degradationPreference = value;
                                    else
                                        delete message.degradationPreference;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return PublishOption;
                })();

                models.Codec = (function() {

                    const Codec = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Codec.prototype.name = "";
                    Codec.prototype.fmtp = "";
                    Codec.prototype.clockRate = 0;
                    Codec.prototype.encodingParameters = "";
                    Codec.prototype.payloadType = 0;

                    Codec.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                            writer.uint32(82).string(message.name);
                        if (message.fmtp != null && $Object.hasOwnProperty.call(message, "fmtp") && message.fmtp !== "")
                            writer.uint32(98).string(message.fmtp);
                        if (message.clockRate != null && $Object.hasOwnProperty.call(message, "clockRate") && message.clockRate !== 0)
                            writer.uint32(112).uint32(message.clockRate);
                        if (message.encodingParameters != null && $Object.hasOwnProperty.call(message, "encodingParameters") && message.encodingParameters !== "")
                            writer.uint32(122).string(message.encodingParameters);
                        if (message.payloadType != null && $Object.hasOwnProperty.call(message, "payloadType") && message.payloadType !== 0)
                            writer.uint32(128).uint32(message.payloadType);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Codec.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.Codec();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.name = value;
                                    else
                                        delete message.name;
                                    continue;
                                }
                            case 12: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.fmtp = value;
                                    else
                                        delete message.fmtp;
                                    continue;
                                }
                            case 14: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.clockRate = value;
                                    else
                                        delete message.clockRate;
                                    continue;
                                }
                            case 15: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.encodingParameters = value;
                                    else
                                        delete message.encodingParameters;
                                    continue;
                                }
                            case 16: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.payloadType = value;
                                    else
                                        delete message.payloadType;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Codec;
                })();

                models.ICETrickle = (function() {

                    const ICETrickle = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ICETrickle.prototype.peerType = 0;
                    ICETrickle.prototype.iceCandidate = "";
                    ICETrickle.prototype.sessionId = "";

                    ICETrickle.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.peerType != null && $Object.hasOwnProperty.call(message, "peerType") && message.peerType !== 0)
                            writer.uint32(8).int32(message.peerType);
                        if (message.iceCandidate != null && $Object.hasOwnProperty.call(message, "iceCandidate") && message.iceCandidate !== "")
                            writer.uint32(18).string(message.iceCandidate);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(26).string(message.sessionId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ICETrickle.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.ICETrickle();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.peerType = value;
                                    else
                                        delete message.peerType;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.iceCandidate = value;
                                    else
                                        delete message.iceCandidate;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ICETrickle;
                })();

                models.AudioBitrate = (function() {

                    const AudioBitrate = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    AudioBitrate.prototype.profile = 0;
                    AudioBitrate.prototype.bitrate = 0;

                    AudioBitrate.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.profile != null && $Object.hasOwnProperty.call(message, "profile") && message.profile !== 0)
                            writer.uint32(8).int32(message.profile);
                        if (message.bitrate != null && $Object.hasOwnProperty.call(message, "bitrate") && message.bitrate !== 0)
                            writer.uint32(16).int32(message.bitrate);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    AudioBitrate.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.AudioBitrate();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.profile = value;
                                    else
                                        delete message.profile;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.bitrate = value;
                                    else
                                        delete message.bitrate;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return AudioBitrate;
                })();

                models.TrackInfo = (function() {

                    const TrackInfo = function (properties) {
                        this.layers = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    TrackInfo.prototype.trackId = "";
                    TrackInfo.prototype.trackType = 0;
                    TrackInfo.prototype.layers = $util.emptyArray;
                    TrackInfo.prototype.mid = "";
                    TrackInfo.prototype.dtx = false;
                    TrackInfo.prototype.stereo = false;
                    TrackInfo.prototype.red = false;
                    TrackInfo.prototype.muted = false;
                    TrackInfo.prototype.codec = null;
                    TrackInfo.prototype.publishOptionId = 0;
                    TrackInfo.prototype.selfSubAudioVideo = false;

                    TrackInfo.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                            writer.uint32(10).string(message.trackId);
                        if (message.trackType != null && $Object.hasOwnProperty.call(message, "trackType") && message.trackType !== 0)
                            writer.uint32(16).int32(message.trackType);
                        if (message.layers != null && message.layers.length)
                            for (let i = 0; i < message.layers.length; ++i)
                                $root.stream.video.sfu.models.VideoLayer.encode(message.layers[i], writer.uint32(42).fork(), _depth + 1).ldelim();
                        if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                            writer.uint32(50).string(message.mid);
                        if (message.dtx != null && $Object.hasOwnProperty.call(message, "dtx") && message.dtx !== false)
                            writer.uint32(56).bool(message.dtx);
                        if (message.stereo != null && $Object.hasOwnProperty.call(message, "stereo") && message.stereo !== false)
                            writer.uint32(64).bool(message.stereo);
                        if (message.red != null && $Object.hasOwnProperty.call(message, "red") && message.red !== false)
                            writer.uint32(72).bool(message.red);
                        if (message.muted != null && $Object.hasOwnProperty.call(message, "muted") && message.muted !== false)
                            writer.uint32(80).bool(message.muted);
                        if (message.codec != null && $Object.hasOwnProperty.call(message, "codec"))
                            $root.stream.video.sfu.models.Codec.encode(message.codec, writer.uint32(90).fork(), _depth + 1).ldelim();
                        if (message.publishOptionId != null && $Object.hasOwnProperty.call(message, "publishOptionId") && message.publishOptionId !== 0)
                            writer.uint32(96).int32(message.publishOptionId);
                        if (message.selfSubAudioVideo != null && $Object.hasOwnProperty.call(message, "selfSubAudioVideo") && message.selfSubAudioVideo !== false)
                            writer.uint32(104).bool(message.selfSubAudioVideo);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    TrackInfo.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.TrackInfo();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.trackId = value;
                                    else
                                        delete message.trackId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.trackType = value;
                                    else
                                        delete message.trackType;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.layers && message.layers.length))
                                        message.layers = [];
                                    message.layers.push($root.stream.video.sfu.models.VideoLayer.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.mid = value;
                                    else
                                        delete message.mid;
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.dtx = value;
                                    else
                                        delete message.dtx;
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.stereo = value;
                                    else
                                        delete message.stereo;
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.red = value;
                                    else
                                        delete message.red;
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.muted = value;
                                    else
                                        delete message.muted;
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 2)
                                        break;
                                    message.codec = $root.stream.video.sfu.models.Codec.decode(reader, reader.size(), $undefined, _depth + 1, message.codec);
                                    continue;
                                }
                            case 12: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.publishOptionId = value;
                                    else
                                        delete message.publishOptionId;
                                    continue;
                                }
                            case 13: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.selfSubAudioVideo = value;
                                    else
                                        delete message.selfSubAudioVideo;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TrackInfo;
                })();

                models.Error = (function() {

                    const Error = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Error.prototype.code = 0;
                    Error.prototype.message = "";
                    Error.prototype.shouldRetry = false;

                    Error.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                            writer.uint32(8).int32(message.code);
                        if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                            writer.uint32(18).string(message.message);
                        if (message.shouldRetry != null && $Object.hasOwnProperty.call(message, "shouldRetry") && message.shouldRetry !== false)
                            writer.uint32(24).bool(message.shouldRetry);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Error.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.Error();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.code = value;
                                    else
                                        delete message.code;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.message = value;
                                    else
                                        delete message.message;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.shouldRetry = value;
                                    else
                                        delete message.shouldRetry;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Error;
                })();

                models.ClientDetails = (function() {

                    const ClientDetails = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ClientDetails.prototype.sdk = null;
                    ClientDetails.prototype.os = null;
                    ClientDetails.prototype.browser = null;
                    ClientDetails.prototype.device = null;
                    ClientDetails.prototype.webrtcVersion = "";

                    ClientDetails.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sdk != null && $Object.hasOwnProperty.call(message, "sdk"))
                            $root.stream.video.sfu.models.Sdk.encode(message.sdk, writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.os != null && $Object.hasOwnProperty.call(message, "os"))
                            $root.stream.video.sfu.models.OS.encode(message.os, writer.uint32(18).fork(), _depth + 1).ldelim();
                        if (message.browser != null && $Object.hasOwnProperty.call(message, "browser"))
                            $root.stream.video.sfu.models.Browser.encode(message.browser, writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.device != null && $Object.hasOwnProperty.call(message, "device"))
                            $root.stream.video.sfu.models.Device.encode(message.device, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.webrtcVersion != null && $Object.hasOwnProperty.call(message, "webrtcVersion") && message.webrtcVersion !== "")
                            writer.uint32(42).string(message.webrtcVersion);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ClientDetails.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.ClientDetails();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.sdk = $root.stream.video.sfu.models.Sdk.decode(reader, reader.size(), $undefined, _depth + 1, message.sdk);
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.os = $root.stream.video.sfu.models.OS.decode(reader, reader.size(), $undefined, _depth + 1, message.os);
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.browser = $root.stream.video.sfu.models.Browser.decode(reader, reader.size(), $undefined, _depth + 1, message.browser);
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.device = $root.stream.video.sfu.models.Device.decode(reader, reader.size(), $undefined, _depth + 1, message.device);
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.webrtcVersion = value;
                                    else
                                        delete message.webrtcVersion;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ClientDetails;
                })();

                models.Sdk = (function() {

                    const Sdk = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Sdk.prototype.type = 0;
                    Sdk.prototype.major = "";
                    Sdk.prototype.minor = "";
                    Sdk.prototype.patch = "";

                    Sdk.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                            writer.uint32(8).int32(message.type);
                        if (message.major != null && $Object.hasOwnProperty.call(message, "major") && message.major !== "")
                            writer.uint32(18).string(message.major);
                        if (message.minor != null && $Object.hasOwnProperty.call(message, "minor") && message.minor !== "")
                            writer.uint32(26).string(message.minor);
                        if (message.patch != null && $Object.hasOwnProperty.call(message, "patch") && message.patch !== "")
                            writer.uint32(34).string(message.patch);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Sdk.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.Sdk();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.type = value;
                                    else
                                        delete message.type;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.major = value;
                                    else
                                        delete message.major;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.minor = value;
                                    else
                                        delete message.minor;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.patch = value;
                                    else
                                        delete message.patch;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Sdk;
                })();

                models.OS = (function() {

                    const OS = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    OS.prototype.name = "";
                    OS.prototype.version = "";
                    OS.prototype.architecture = "";

                    OS.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                            writer.uint32(10).string(message.name);
                        if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                            writer.uint32(18).string(message.version);
                        if (message.architecture != null && $Object.hasOwnProperty.call(message, "architecture") && message.architecture !== "")
                            writer.uint32(26).string(message.architecture);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    OS.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.OS();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.name = value;
                                    else
                                        delete message.name;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.version = value;
                                    else
                                        delete message.version;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.architecture = value;
                                    else
                                        delete message.architecture;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return OS;
                })();

                models.Browser = (function() {

                    const Browser = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Browser.prototype.name = "";
                    Browser.prototype.version = "";

                    Browser.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                            writer.uint32(10).string(message.name);
                        if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                            writer.uint32(18).string(message.version);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Browser.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.Browser();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.name = value;
                                    else
                                        delete message.name;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.version = value;
                                    else
                                        delete message.version;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Browser;
                })();

                models.Device = (function() {

                    const Device = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    Device.prototype.name = "";
                    Device.prototype.version = "";

                    Device.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                            writer.uint32(10).string(message.name);
                        if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                            writer.uint32(18).string(message.version);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    Device.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.Device();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.name = value;
                                    else
                                        delete message.name;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.version = value;
                                    else
                                        delete message.version;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Device;
                })();

                models.CallGrants = (function() {

                    const CallGrants = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    CallGrants.prototype.canPublishAudio = false;
                    CallGrants.prototype.canPublishVideo = false;
                    CallGrants.prototype.canScreenshare = false;

                    CallGrants.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.canPublishAudio != null && $Object.hasOwnProperty.call(message, "canPublishAudio") && message.canPublishAudio !== false)
                            writer.uint32(8).bool(message.canPublishAudio);
                        if (message.canPublishVideo != null && $Object.hasOwnProperty.call(message, "canPublishVideo") && message.canPublishVideo !== false)
                            writer.uint32(16).bool(message.canPublishVideo);
                        if (message.canScreenshare != null && $Object.hasOwnProperty.call(message, "canScreenshare") && message.canScreenshare !== false)
                            writer.uint32(24).bool(message.canScreenshare);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    CallGrants.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.models.CallGrants();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.canPublishAudio = value;
                                    else
                                        delete message.canPublishAudio;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.canPublishVideo = value;
                                    else
                                        delete message.canPublishVideo;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.canScreenshare = value;
                                    else
                                        delete message.canScreenshare;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CallGrants;
                })();

                models.PeerType = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "PEER_TYPE_PUBLISHER_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "PEER_TYPE_SUBSCRIBER"] = 1;
                    return values;
                })();

                models.ConnectionQuality = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "CONNECTION_QUALITY_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "CONNECTION_QUALITY_POOR"] = 1;
                    values[valuesById[2] = "CONNECTION_QUALITY_GOOD"] = 2;
                    values[valuesById[3] = "CONNECTION_QUALITY_EXCELLENT"] = 3;
                    return values;
                })();

                models.VideoQuality = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "VIDEO_QUALITY_LOW_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "VIDEO_QUALITY_MID"] = 1;
                    values[valuesById[2] = "VIDEO_QUALITY_HIGH"] = 2;
                    values[valuesById[3] = "VIDEO_QUALITY_OFF"] = 3;
                    return values;
                })();

                models.TrackType = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "TRACK_TYPE_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "TRACK_TYPE_AUDIO"] = 1;
                    values[valuesById[2] = "TRACK_TYPE_VIDEO"] = 2;
                    values[valuesById[3] = "TRACK_TYPE_SCREEN_SHARE"] = 3;
                    values[valuesById[4] = "TRACK_TYPE_SCREEN_SHARE_AUDIO"] = 4;
                    return values;
                })();

                models.ParticipantSource = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "PARTICIPANT_SOURCE_WEBRTC_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "PARTICIPANT_SOURCE_RTMP"] = 1;
                    values[valuesById[2] = "PARTICIPANT_SOURCE_WHIP"] = 2;
                    values[valuesById[3] = "PARTICIPANT_SOURCE_SIP"] = 3;
                    values[valuesById[4] = "PARTICIPANT_SOURCE_RTSP"] = 4;
                    values[valuesById[5] = "PARTICIPANT_SOURCE_SRT"] = 5;
                    return values;
                })();

                models.AudioBitrateProfile = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "AUDIO_BITRATE_PROFILE_VOICE_STANDARD_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "AUDIO_BITRATE_PROFILE_VOICE_HIGH_QUALITY"] = 1;
                    values[valuesById[2] = "AUDIO_BITRATE_PROFILE_MUSIC_HIGH_QUALITY"] = 2;
                    return values;
                })();

                models.ErrorCode = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "ERROR_CODE_UNSPECIFIED"] = 0;
                    values[valuesById[100] = "ERROR_CODE_PUBLISH_TRACK_NOT_FOUND"] = 100;
                    values[valuesById[101] = "ERROR_CODE_PUBLISH_TRACKS_MISMATCH"] = 101;
                    values[valuesById[102] = "ERROR_CODE_PUBLISH_TRACK_OUT_OF_ORDER"] = 102;
                    values[valuesById[103] = "ERROR_CODE_PUBLISH_TRACK_VIDEO_LAYER_NOT_FOUND"] = 103;
                    values[valuesById[104] = "ERROR_CODE_LIVE_ENDED"] = 104;
                    values[valuesById[200] = "ERROR_CODE_PARTICIPANT_NOT_FOUND"] = 200;
                    values[valuesById[201] = "ERROR_CODE_PARTICIPANT_MIGRATING_OUT"] = 201;
                    values[valuesById[202] = "ERROR_CODE_PARTICIPANT_MIGRATION_FAILED"] = 202;
                    values[valuesById[203] = "ERROR_CODE_PARTICIPANT_MIGRATING"] = 203;
                    values[valuesById[204] = "ERROR_CODE_PARTICIPANT_RECONNECT_FAILED"] = 204;
                    values[valuesById[205] = "ERROR_CODE_PARTICIPANT_MEDIA_TRANSPORT_FAILURE"] = 205;
                    values[valuesById[206] = "ERROR_CODE_PARTICIPANT_SIGNAL_LOST"] = 206;
                    values[valuesById[300] = "ERROR_CODE_CALL_NOT_FOUND"] = 300;
                    values[valuesById[301] = "ERROR_CODE_CALL_PARTICIPANT_LIMIT_REACHED"] = 301;
                    values[valuesById[400] = "ERROR_CODE_REQUEST_VALIDATION_FAILED"] = 400;
                    values[valuesById[401] = "ERROR_CODE_UNAUTHENTICATED"] = 401;
                    values[valuesById[403] = "ERROR_CODE_PERMISSION_DENIED"] = 403;
                    values[valuesById[429] = "ERROR_CODE_TOO_MANY_REQUESTS"] = 429;
                    values[valuesById[500] = "ERROR_CODE_INTERNAL_SERVER_ERROR"] = 500;
                    values[valuesById[600] = "ERROR_CODE_SFU_SHUTTING_DOWN"] = 600;
                    values[valuesById[700] = "ERROR_CODE_SFU_FULL"] = 700;
                    return values;
                })();

                models.SdkType = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "SDK_TYPE_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "SDK_TYPE_REACT"] = 1;
                    values[valuesById[2] = "SDK_TYPE_ANGULAR"] = 2;
                    values[valuesById[3] = "SDK_TYPE_ANDROID"] = 3;
                    values[valuesById[4] = "SDK_TYPE_IOS"] = 4;
                    values[valuesById[5] = "SDK_TYPE_FLUTTER"] = 5;
                    values[valuesById[6] = "SDK_TYPE_REACT_NATIVE"] = 6;
                    values[valuesById[7] = "SDK_TYPE_UNITY"] = 7;
                    values[valuesById[8] = "SDK_TYPE_GO"] = 8;
                    values[valuesById[9] = "SDK_TYPE_PLAIN_JAVASCRIPT"] = 9;
                    values[valuesById[10] = "SDK_TYPE_PYTHON"] = 10;
                    values[valuesById[11] = "SDK_TYPE_VISION_AGENTS"] = 11;
                    return values;
                })();

                models.TrackUnpublishReason = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "TRACK_UNPUBLISH_REASON_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "TRACK_UNPUBLISH_REASON_USER_MUTED"] = 1;
                    values[valuesById[2] = "TRACK_UNPUBLISH_REASON_PERMISSION_REVOKED"] = 2;
                    values[valuesById[3] = "TRACK_UNPUBLISH_REASON_MODERATION"] = 3;
                    return values;
                })();

                models.GoAwayReason = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "GO_AWAY_REASON_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "GO_AWAY_REASON_SHUTTING_DOWN"] = 1;
                    values[valuesById[2] = "GO_AWAY_REASON_REBALANCE"] = 2;
                    return values;
                })();

                models.CallEndedReason = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "CALL_ENDED_REASON_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "CALL_ENDED_REASON_ENDED"] = 1;
                    values[valuesById[2] = "CALL_ENDED_REASON_LIVE_ENDED"] = 2;
                    values[valuesById[3] = "CALL_ENDED_REASON_KICKED"] = 3;
                    values[valuesById[4] = "CALL_ENDED_REASON_SESSION_ENDED"] = 4;
                    return values;
                })();

                models.WebsocketReconnectStrategy = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "WEBSOCKET_RECONNECT_STRATEGY_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT"] = 1;
                    values[valuesById[2] = "WEBSOCKET_RECONNECT_STRATEGY_FAST"] = 2;
                    values[valuesById[3] = "WEBSOCKET_RECONNECT_STRATEGY_REJOIN"] = 3;
                    values[valuesById[4] = "WEBSOCKET_RECONNECT_STRATEGY_MIGRATE"] = 4;
                    return values;
                })();

                models.ClientCapability = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "CLIENT_CAPABILITY_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "CLIENT_CAPABILITY_SUBSCRIBER_VIDEO_PAUSE"] = 1;
                    values[valuesById[2] = "CLIENT_CAPABILITY_COORDINATOR_STATS"] = 2;
                    return values;
                })();

                models.DegradationPreference = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "DEGRADATION_PREFERENCE_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "DEGRADATION_PREFERENCE_BALANCED"] = 1;
                    values[valuesById[2] = "DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE"] = 2;
                    values[valuesById[3] = "DEGRADATION_PREFERENCE_MAINTAIN_RESOLUTION"] = 3;
                    values[valuesById[4] = "DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE_AND_RESOLUTION"] = 4;
                    return values;
                })();

                return models;
            })();

            sfu.signal = (function() {

                const signal = {};

                signal.SignalServer = (function() {

                    const SignalServer = function(rpcImpl, requestDelimited, responseDelimited) {
                        $protobuf.rpc.Service.call(this, rpcImpl, requestDelimited, responseDelimited);
                    };

                    $Object.defineProperty(SignalServer.prototype = $Object.create($protobuf.rpc.Service.prototype), "constructor", { value: SignalServer, writable: true, enumerable: false, configurable: true });



                    $Object.defineProperties(SignalServer.prototype.setPublisher = function(request, callback) {
                        return $protobuf.rpc.Service.prototype.rpcCall.call(this, SignalServer.prototype.setPublisher, $root.stream.video.sfu.signal.SetPublisherRequest, $root.stream.video.sfu.signal.SetPublisherResponse, request, callback);
                    }, {
                        name: { value: "SetPublisher" },
                        path: { value: "/stream.video.sfu.signal.SignalServer/SetPublisher" },
                        requestType: { value: "SetPublisherRequest" },
                        responseType: { value: "SetPublisherResponse" },
                        requestStream: { value: $undefined },
                        responseStream: { value: $undefined }
                    });



                    $Object.defineProperties(SignalServer.prototype.sendAnswer = function(request, callback) {
                        return $protobuf.rpc.Service.prototype.rpcCall.call(this, SignalServer.prototype.sendAnswer, $root.stream.video.sfu.signal.SendAnswerRequest, $root.stream.video.sfu.signal.SendAnswerResponse, request, callback);
                    }, {
                        name: { value: "SendAnswer" },
                        path: { value: "/stream.video.sfu.signal.SignalServer/SendAnswer" },
                        requestType: { value: "SendAnswerRequest" },
                        responseType: { value: "SendAnswerResponse" },
                        requestStream: { value: $undefined },
                        responseStream: { value: $undefined }
                    });



                    $Object.defineProperties(SignalServer.prototype.iceTrickle = function(request, callback) {
                        return $protobuf.rpc.Service.prototype.rpcCall.call(this, SignalServer.prototype.iceTrickle, $root.stream.video.sfu.models.ICETrickle, $root.stream.video.sfu.signal.ICETrickleResponse, request, callback);
                    }, {
                        name: { value: "IceTrickle" },
                        path: { value: "/stream.video.sfu.signal.SignalServer/IceTrickle" },
                        requestType: { value: "stream.video.sfu.models.ICETrickle" },
                        responseType: { value: "ICETrickleResponse" },
                        requestStream: { value: $undefined },
                        responseStream: { value: $undefined }
                    });



                    $Object.defineProperties(SignalServer.prototype.updateSubscriptions = function(request, callback) {
                        return $protobuf.rpc.Service.prototype.rpcCall.call(this, SignalServer.prototype.updateSubscriptions, $root.stream.video.sfu.signal.UpdateSubscriptionsRequest, $root.stream.video.sfu.signal.UpdateSubscriptionsResponse, request, callback);
                    }, {
                        name: { value: "UpdateSubscriptions" },
                        path: { value: "/stream.video.sfu.signal.SignalServer/UpdateSubscriptions" },
                        requestType: { value: "UpdateSubscriptionsRequest" },
                        responseType: { value: "UpdateSubscriptionsResponse" },
                        requestStream: { value: $undefined },
                        responseStream: { value: $undefined }
                    });



                    $Object.defineProperties(SignalServer.prototype.updateMuteStates = function(request, callback) {
                        return $protobuf.rpc.Service.prototype.rpcCall.call(this, SignalServer.prototype.updateMuteStates, $root.stream.video.sfu.signal.UpdateMuteStatesRequest, $root.stream.video.sfu.signal.UpdateMuteStatesResponse, request, callback);
                    }, {
                        name: { value: "UpdateMuteStates" },
                        path: { value: "/stream.video.sfu.signal.SignalServer/UpdateMuteStates" },
                        requestType: { value: "UpdateMuteStatesRequest" },
                        responseType: { value: "UpdateMuteStatesResponse" },
                        requestStream: { value: $undefined },
                        responseStream: { value: $undefined }
                    });



                    $Object.defineProperties(SignalServer.prototype.iceRestart = function(request, callback) {
                        return $protobuf.rpc.Service.prototype.rpcCall.call(this, SignalServer.prototype.iceRestart, $root.stream.video.sfu.signal.ICERestartRequest, $root.stream.video.sfu.signal.ICERestartResponse, request, callback);
                    }, {
                        name: { value: "IceRestart" },
                        path: { value: "/stream.video.sfu.signal.SignalServer/IceRestart" },
                        requestType: { value: "ICERestartRequest" },
                        responseType: { value: "ICERestartResponse" },
                        requestStream: { value: $undefined },
                        responseStream: { value: $undefined }
                    });

                    return SignalServer;
                })();

                signal.ICERestartRequest = (function() {

                    const ICERestartRequest = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ICERestartRequest.prototype.sessionId = "";
                    ICERestartRequest.prototype.peerType = 0;

                    ICERestartRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(10).string(message.sessionId);
                        if (message.peerType != null && $Object.hasOwnProperty.call(message, "peerType") && message.peerType !== 0)
                            writer.uint32(16).int32(message.peerType);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ICERestartRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.ICERestartRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.peerType = value;
                                    else
                                        delete message.peerType;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ICERestartRequest;
                })();

                signal.ICERestartResponse = (function() {

                    const ICERestartResponse = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ICERestartResponse.prototype.error = null;

                    ICERestartResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                            $root.stream.video.sfu.models.Error.encode(message.error, writer.uint32(10).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ICERestartResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.ICERestartResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.error = $root.stream.video.sfu.models.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ICERestartResponse;
                })();

                signal.UpdateMuteStatesRequest = (function() {

                    const UpdateMuteStatesRequest = function (properties) {
                        this.muteStates = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    UpdateMuteStatesRequest.prototype.sessionId = "";
                    UpdateMuteStatesRequest.prototype.muteStates = $util.emptyArray;

                    UpdateMuteStatesRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(10).string(message.sessionId);
                        if (message.muteStates != null && message.muteStates.length)
                            for (let i = 0; i < message.muteStates.length; ++i)
                                $root.stream.video.sfu.signal.TrackMuteState.encode(message.muteStates[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    UpdateMuteStatesRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.UpdateMuteStatesRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.muteStates && message.muteStates.length))
                                        message.muteStates = [];
                                    message.muteStates.push($root.stream.video.sfu.signal.TrackMuteState.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return UpdateMuteStatesRequest;
                })();

                signal.UpdateMuteStatesResponse = (function() {

                    const UpdateMuteStatesResponse = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    UpdateMuteStatesResponse.prototype.error = null;

                    UpdateMuteStatesResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                            $root.stream.video.sfu.models.Error.encode(message.error, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    UpdateMuteStatesResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.UpdateMuteStatesResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.error = $root.stream.video.sfu.models.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return UpdateMuteStatesResponse;
                })();

                signal.TrackMuteState = (function() {

                    const TrackMuteState = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    TrackMuteState.prototype.trackType = 0;
                    TrackMuteState.prototype.muted = false;

                    TrackMuteState.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.trackType != null && $Object.hasOwnProperty.call(message, "trackType") && message.trackType !== 0)
                            writer.uint32(8).int32(message.trackType);
                        if (message.muted != null && $Object.hasOwnProperty.call(message, "muted") && message.muted !== false)
                            writer.uint32(16).bool(message.muted);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    TrackMuteState.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.TrackMuteState();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.trackType = value;
                                    else
                                        delete message.trackType;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.muted = value;
                                    else
                                        delete message.muted;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TrackMuteState;
                })();

                signal.UpdateSubscriptionsRequest = (function() {

                    const UpdateSubscriptionsRequest = function (properties) {
                        this.tracks = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    UpdateSubscriptionsRequest.prototype.sessionId = "";
                    UpdateSubscriptionsRequest.prototype.tracks = $util.emptyArray;

                    UpdateSubscriptionsRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.tracks != null && message.tracks.length)
                            for (let i = 0; i < message.tracks.length; ++i)
                                $root.stream.video.sfu.signal.TrackSubscriptionDetails.encode(message.tracks[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    UpdateSubscriptionsRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.UpdateSubscriptionsRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.tracks && message.tracks.length))
                                        message.tracks = [];
                                    message.tracks.push($root.stream.video.sfu.signal.TrackSubscriptionDetails.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return UpdateSubscriptionsRequest;
                })();

                signal.UpdateSubscriptionsResponse = (function() {

                    const UpdateSubscriptionsResponse = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    UpdateSubscriptionsResponse.prototype.error = null;

                    UpdateSubscriptionsResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                            $root.stream.video.sfu.models.Error.encode(message.error, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    UpdateSubscriptionsResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.UpdateSubscriptionsResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.error = $root.stream.video.sfu.models.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return UpdateSubscriptionsResponse;
                })();

                signal.TrackSubscriptionDetails = (function() {

                    const TrackSubscriptionDetails = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    TrackSubscriptionDetails.prototype.userId = "";
                    TrackSubscriptionDetails.prototype.sessionId = "";
                    TrackSubscriptionDetails.prototype.trackType = 0;
                    TrackSubscriptionDetails.prototype.dimension = null;

                    TrackSubscriptionDetails.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                            writer.uint32(10).string(message.userId);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.trackType != null && $Object.hasOwnProperty.call(message, "trackType") && message.trackType !== 0)
                            writer.uint32(24).int32(message.trackType);
                        if (message.dimension != null && $Object.hasOwnProperty.call(message, "dimension"))
                            $root.stream.video.sfu.models.VideoDimension.encode(message.dimension, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    TrackSubscriptionDetails.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.TrackSubscriptionDetails();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.userId = value;
                                    else
                                        delete message.userId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.trackType = value;
                                    else
                                        delete message.trackType;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.dimension = $root.stream.video.sfu.models.VideoDimension.decode(reader, reader.size(), $undefined, _depth + 1, message.dimension);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TrackSubscriptionDetails;
                })();

                signal.SendAnswerRequest = (function() {

                    const SendAnswerRequest = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    SendAnswerRequest.prototype.peerType = 0;
                    SendAnswerRequest.prototype.sdp = "";
                    SendAnswerRequest.prototype.sessionId = "";
                    SendAnswerRequest.prototype.negotiationId = 0;

                    SendAnswerRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.peerType != null && $Object.hasOwnProperty.call(message, "peerType") && message.peerType !== 0)
                            writer.uint32(8).int32(message.peerType);
                        if (message.sdp != null && $Object.hasOwnProperty.call(message, "sdp") && message.sdp !== "")
                            writer.uint32(18).string(message.sdp);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(26).string(message.sessionId);
                        if (message.negotiationId != null && $Object.hasOwnProperty.call(message, "negotiationId") && message.negotiationId !== 0)
                            writer.uint32(32).uint32(message.negotiationId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    SendAnswerRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.SendAnswerRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.peerType = value;
                                    else
                                        delete message.peerType;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sdp = value;
                                    else
                                        delete message.sdp;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.negotiationId = value;
                                    else
                                        delete message.negotiationId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SendAnswerRequest;
                })();

                signal.SendAnswerResponse = (function() {

                    const SendAnswerResponse = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    SendAnswerResponse.prototype.error = null;

                    SendAnswerResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                            $root.stream.video.sfu.models.Error.encode(message.error, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    SendAnswerResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.SendAnswerResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.error = $root.stream.video.sfu.models.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SendAnswerResponse;
                })();

                signal.ICETrickleResponse = (function() {

                    const ICETrickleResponse = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    ICETrickleResponse.prototype.error = null;

                    ICETrickleResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                            $root.stream.video.sfu.models.Error.encode(message.error, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    ICETrickleResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.ICETrickleResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.error = $root.stream.video.sfu.models.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ICETrickleResponse;
                })();

                signal.SetPublisherRequest = (function() {

                    const SetPublisherRequest = function (properties) {
                        this.tracks = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    SetPublisherRequest.prototype.sdp = "";
                    SetPublisherRequest.prototype.sessionId = "";
                    SetPublisherRequest.prototype.tracks = $util.emptyArray;

                    SetPublisherRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sdp != null && $Object.hasOwnProperty.call(message, "sdp") && message.sdp !== "")
                            writer.uint32(10).string(message.sdp);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.tracks != null && message.tracks.length)
                            for (let i = 0; i < message.tracks.length; ++i)
                                $root.stream.video.sfu.models.TrackInfo.encode(message.tracks[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    SetPublisherRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.SetPublisherRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sdp = value;
                                    else
                                        delete message.sdp;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.tracks && message.tracks.length))
                                        message.tracks = [];
                                    message.tracks.push($root.stream.video.sfu.models.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SetPublisherRequest;
                })();

                signal.SetPublisherResponse = (function() {

                    const SetPublisherResponse = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    SetPublisherResponse.prototype.sdp = "";
                    SetPublisherResponse.prototype.sessionId = "";
                    SetPublisherResponse.prototype.iceRestart = false;
                    SetPublisherResponse.prototype.error = null;

                    SetPublisherResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sdp != null && $Object.hasOwnProperty.call(message, "sdp") && message.sdp !== "")
                            writer.uint32(10).string(message.sdp);
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(18).string(message.sessionId);
                        if (message.iceRestart != null && $Object.hasOwnProperty.call(message, "iceRestart") && message.iceRestart !== false)
                            writer.uint32(24).bool(message.iceRestart);
                        if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                            $root.stream.video.sfu.models.Error.encode(message.error, writer.uint32(34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    SetPublisherResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.stream.video.sfu.signal.SetPublisherResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sdp = value;
                                    else
                                        delete message.sdp;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.iceRestart = value;
                                    else
                                        delete message.iceRestart;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.error = $root.stream.video.sfu.models.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SetPublisherResponse;
                })();

                return signal;
            })();

            return sfu;
        })();

        return video;
    })();

    return stream;
})();

export const google = $root.google = (() => {

    const google = {};

    google.protobuf = (function() {

        const protobuf = {};

        protobuf.Struct = (function() {

            const Struct = function (properties) {
                this.fields = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Struct.prototype.fields = $util.emptyObject;

            Struct.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.fields != null && $Object.hasOwnProperty.call(message, "fields"))
                    for (let keys = $Object.keys(message.fields), i = 0; i < keys.length; ++i) {
                        writer.uint32(10).fork().uint32(10).string(keys[i]);
                        $root.google.protobuf.Value.encode(message.fields[keys[i]], writer.uint32(18).fork(), _depth + 1).ldelim().ldelim();
                    }
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Struct.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.Struct();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (message.fields === $util.emptyObject)
                                message.fields = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = null;
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = $root.google.protobuf.Value.decode(reader, reader.size(), $undefined, _depth + 1, value);
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.fields, key);
                            message.fields[key] = value || new $root.google.protobuf.Value();
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Struct;
        })();

        protobuf.Value = (function() {

            const Value = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Value.prototype.nullValue = null;
            Value.prototype.numberValue = null;
            Value.prototype.stringValue = null;
            Value.prototype.boolValue = null;
            Value.prototype.structValue = null;
            Value.prototype.listValue = null;

            let $oneOfFields;

            $Object.defineProperty(Value.prototype, "kind", {
                get: $util.oneOfGetter($oneOfFields = ["nullValue", "numberValue", "stringValue", "boolValue", "structValue", "listValue"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Value.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.nullValue != null && $Object.hasOwnProperty.call(message, "nullValue"))
                    writer.uint32(8).int32(message.nullValue);
                if (message.numberValue != null && $Object.hasOwnProperty.call(message, "numberValue"))
                    writer.uint32(17).double(message.numberValue);
                if (message.stringValue != null && $Object.hasOwnProperty.call(message, "stringValue"))
                    writer.uint32(26).string(message.stringValue);
                if (message.boolValue != null && $Object.hasOwnProperty.call(message, "boolValue"))
                    writer.uint32(32).bool(message.boolValue);
                if (message.structValue != null && $Object.hasOwnProperty.call(message, "structValue"))
                    $root.google.protobuf.Struct.encode(message.structValue, writer.uint32(42).fork(), _depth + 1).ldelim();
                if (message.listValue != null && $Object.hasOwnProperty.call(message, "listValue"))
                    $root.google.protobuf.ListValue.encode(message.listValue, writer.uint32(50).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Value.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.Value();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.nullValue = reader.int32();
                            message.kind = "nullValue";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            message.numberValue = reader.double();
                            message.kind = "numberValue";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.stringValue = reader.stringVerify();
                            message.kind = "stringValue";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.boolValue = reader.bool();
                            message.kind = "boolValue";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.structValue = $root.google.protobuf.Struct.decode(reader, reader.size(), $undefined, _depth + 1, message.structValue);
                            message.kind = "structValue";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.listValue = $root.google.protobuf.ListValue.decode(reader, reader.size(), $undefined, _depth + 1, message.listValue);
                            message.kind = "listValue";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Value;
        })();

        protobuf.NullValue = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "NULL_VALUE"] = 0;
            return values;
        })();

        protobuf.ListValue = (function() {

            const ListValue = function (properties) {
                this.values = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            ListValue.prototype.values = $util.emptyArray;

            ListValue.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.values != null && message.values.length)
                    for (let i = 0; i < message.values.length; ++i)
                        $root.google.protobuf.Value.encode(message.values[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            ListValue.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.ListValue();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.values && message.values.length))
                                message.values = [];
                            message.values.push($root.google.protobuf.Value.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ListValue;
        })();

        protobuf.Timestamp = (function() {

            const Timestamp = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Timestamp.prototype.seconds = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Timestamp.prototype.nanos = 0;

            Timestamp.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seconds != null && $Object.hasOwnProperty.call(message, "seconds") && (typeof message.seconds === "object" ? message.seconds.low || message.seconds.high : message.seconds !== 0))
                    writer.uint32(8).int64(message.seconds);
                if (message.nanos != null && $Object.hasOwnProperty.call(message, "nanos") && message.nanos !== 0)
                    writer.uint32(16).int32(message.nanos);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Timestamp.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.Timestamp();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.seconds = value;
                            else
                                delete message.seconds;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.nanos = value;
                            else
                                delete message.nanos;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Timestamp;
        })();

        return protobuf;
    })();

    return google;
})();

export {
  $root as default
};
