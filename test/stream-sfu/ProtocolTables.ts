/**
 * The tables of the protocol document (SFU protocol, section 2): name, number and type of each field. Independent of our
 * schema, which is checked against them.
 *
 * `models.` and `signal.` name another package, `gp.` is `google.protobuf.`.
 */
export const messages: Readonly<Record<string, string>> = {
  "event.SfuEvent":
    "subscriber_offer=1 SubscriberOffer; publisher_answer=2 PublisherAnswer; ice_trickle=5 models.ICETrickle; ice_restart=21 ICERestart; join_response=13 JoinResponse; health_check_response=14 HealthCheckResponse; participant_migration_complete=25 ParticipantMigrationComplete; go_away=20 GoAway; participant_joined=10 ParticipantJoined; participant_left=11 ParticipantLeft; participant_updated=24 ParticipantUpdated; track_published=16 TrackPublished; track_unpublished=17 TrackUnpublished; inbound_state_notification=28 InboundStateNotification; change_publish_quality=6 ChangePublishQuality; change_publish_options=27 ChangePublishOptions; call_grants_updated=19 CallGrantsUpdated; error=18 Error; call_ended=23 CallEnded; connection_quality_changed=3 ConnectionQualityChanged; audio_level_changed=4 AudioLevelChanged; dominant_speaker_changed=12 DominantSpeakerChanged; pins_updated=22 PinsChanged",
  "event.ChangePublishOptions": "publish_options=1 repeated models.PublishOption; reason=2 string",
  "event.PinsChanged": "pins=1 repeated models.Pin",
  "event.Error": "error=4 models.Error; reconnect_strategy=5 models.WebsocketReconnectStrategy",
  "event.ICETrickle": "peer_type=1 models.PeerType; ice_candidate=2 string",
  "event.ICERestart": "peer_type=1 models.PeerType",
  "event.SfuRequest":
    "join_request=1 JoinRequest; health_check_request=2 HealthCheckRequest; leave_call_request=3 LeaveCallRequest",
  "event.LeaveCallRequest": "session_id=1 string; reason=2 string",
  "event.HealthCheckResponse": "participant_count=1 models.ParticipantCount",
  "event.TrackPublished":
    "user_id=1 string; session_id=2 string; type=3 models.TrackType; participant=4 models.Participant",
  "event.TrackUnpublished":
    "user_id=1 string; session_id=2 string; type=3 models.TrackType; cause=4 models.TrackUnpublishReason; participant=5 models.Participant",
  "event.JoinRequest":
    "token=1 string; session_id=2 string; unified_session_id=13 string; subscriber_sdp=3 string; publisher_sdp=8 string; client_details=4 models.ClientDetails; migration=5 Migration; fast_reconnect=6 bool; reconnect_details=7 ReconnectDetails; preferred_publish_options=9 repeated models.PublishOption; preferred_subscribe_options=10 repeated models.SubscribeOption; capabilities=11 repeated models.ClientCapability; source=12 models.ParticipantSource",
  "event.ReconnectDetails":
    "strategy=1 models.WebsocketReconnectStrategy; announced_tracks=3 repeated models.TrackInfo; subscriptions=4 repeated signal.TrackSubscriptionDetails; reconnect_attempt=5 uint32; from_sfu_id=6 string; previous_session_id=7 string; reason=8 string",
  "event.Migration":
    "from_sfu_id=1 string; announced_tracks=2 repeated models.TrackInfo; subscriptions=3 repeated signal.TrackSubscriptionDetails",
  "event.JoinResponse":
    "call_state=1 models.CallState; reconnected=2 bool; fast_reconnect_deadline_seconds=3 int32; publish_options=4 repeated models.PublishOption",
  "event.ParticipantJoined": "call_cid=1 string; participant=2 models.Participant; is_pinned=3 bool",
  "event.ParticipantLeft": "call_cid=1 string; participant=2 models.Participant",
  "event.ParticipantUpdated": "call_cid=1 string; participant=2 models.Participant",
  "event.SubscriberOffer": "ice_restart=1 bool; sdp=2 string; negotiation_id=3 uint32",
  "event.PublisherAnswer": "sdp=1 string",
  "event.ConnectionQualityChanged": "connection_quality_updates=1 repeated ConnectionQualityInfo",
  "event.ConnectionQualityInfo": "user_id=1 string; session_id=2 string; connection_quality=3 models.ConnectionQuality",
  "event.DominantSpeakerChanged": "user_id=1 string; session_id=2 string",
  "event.AudioLevel": "user_id=1 string; session_id=2 string; level=3 float; is_speaking=4 bool",
  "event.AudioLevelChanged": "audio_levels=1 repeated AudioLevel",
  "event.AudioSender": "codec=2 models.Codec; track_type=3 models.TrackType; publish_option_id=4 int32",
  "event.VideoLayerSetting":
    "name=1 string; active=2 bool; max_bitrate=3 int32; scale_resolution_down_by=4 float; codec=6 models.Codec; max_framerate=7 uint32; scalability_mode=8 string",
  "event.VideoSender":
    "codec=2 models.Codec; layers=3 repeated VideoLayerSetting; track_type=4 models.TrackType; publish_option_id=5 int32; degradation_preference=6 models.DegradationPreference",
  "event.ChangePublishQuality": "audio_senders=1 repeated AudioSender; video_senders=2 repeated VideoSender",
  "event.CallGrantsUpdated": "current_grants=1 models.CallGrants; message=2 string",
  "event.GoAway": "reason=1 models.GoAwayReason",
  "event.CallEnded": "reason=1 models.CallEndedReason",
  "event.InboundStateNotification": "inbound_video_states=1 repeated InboundVideoState",
  "event.InboundVideoState": "user_id=1 string; session_id=2 string; track_type=3 models.TrackType; paused=4 bool",
  "models.CallState":
    "participants=1 repeated Participant; started_at=2 gp.Timestamp; participant_count=3 ParticipantCount; pins=4 repeated models.Pin; e2ee_enabled=5 bool",
  "models.ParticipantCount": "total=1 uint32; anonymous=2 uint32",
  "models.Pin": "user_id=1 string; session_id=2 string",
  "models.Participant":
    "user_id=1 string; session_id=2 string; published_tracks=3 repeated TrackType; joined_at=4 gp.Timestamp; track_lookup_prefix=5 string; connection_quality=6 ConnectionQuality; is_speaking=7 bool; is_dominant_speaker=8 bool; audio_level=9 float; name=10 string; image=11 string; custom=12 gp.Struct; roles=13 repeated string; source=14 ParticipantSource",
  "models.VideoDimension": "width=1 uint32; height=2 uint32",
  "models.VideoLayer":
    "rid=1 string; video_dimension=2 VideoDimension; bitrate=4 uint32; fps=5 uint32; quality=6 VideoQuality",
  "models.SubscribeOption": "track_type=1 TrackType; codecs=2 repeated Codec",
  "models.PublishOption":
    "track_type=1 TrackType; codec=2 Codec; bitrate=3 int32; fps=4 int32; max_spatial_layers=5 int32; max_temporal_layers=6 int32; video_dimension=7 VideoDimension; id=8 int32; use_single_layer=9 bool; audio_bitrate_profiles=10 repeated AudioBitrate; degradation_preference=11 DegradationPreference",
  "models.Codec":
    "payload_type=16 uint32; name=10 string; clock_rate=14 uint32; encoding_parameters=15 string; fmtp=12 string",
  "models.ICETrickle": "peer_type=1 PeerType; ice_candidate=2 string; session_id=3 string",
  "models.AudioBitrate": "profile=1 AudioBitrateProfile; bitrate=2 int32",
  "models.TrackInfo":
    "track_id=1 string; track_type=2 TrackType; layers=5 repeated VideoLayer; mid=6 string; dtx=7 bool; stereo=8 bool; red=9 bool; muted=10 bool; codec=11 Codec; publish_option_id=12 int32; self_sub_audio_video=13 bool",
  "models.Error": "code=1 ErrorCode; message=2 string; should_retry=3 bool",
  "models.ClientDetails": "sdk=1 Sdk; os=2 OS; browser=3 Browser; device=4 Device; webrtc_version=5 string",
  "models.Sdk": "type=1 SdkType; major=2 string; minor=3 string; patch=4 string",
  "models.OS": "name=1 string; version=2 string; architecture=3 string",
  "models.Browser": "name=1 string; version=2 string",
  "models.Device": "name=1 string; version=2 string",
  "models.CallGrants": "can_publish_audio=1 bool; can_publish_video=2 bool; can_screenshare=3 bool",
  "signal.ICERestartRequest": "session_id=1 string; peer_type=2 models.PeerType",
  "signal.ICERestartResponse": "error=1 models.Error",
  "signal.UpdateMuteStatesRequest": "session_id=1 string; mute_states=3 repeated TrackMuteState",
  "signal.UpdateMuteStatesResponse": "error=4 models.Error",
  "signal.TrackMuteState": "track_type=1 models.TrackType; muted=2 bool",
  "signal.UpdateSubscriptionsRequest": "session_id=2 string; tracks=3 repeated TrackSubscriptionDetails",
  "signal.UpdateSubscriptionsResponse": "error=4 models.Error",
  "signal.TrackSubscriptionDetails":
    "user_id=1 string; session_id=2 string; track_type=3 models.TrackType; dimension=4 models.VideoDimension",
  "signal.SendAnswerRequest": "peer_type=1 models.PeerType; sdp=2 string; session_id=3 string; negotiation_id=4 uint32",
  "signal.SendAnswerResponse": "error=4 models.Error",
  "signal.ICETrickleResponse": "error=4 models.Error",
  "signal.SetPublisherRequest": "sdp=1 string; session_id=2 string; tracks=3 repeated models.TrackInfo",
  "signal.SetPublisherResponse": "sdp=1 string; session_id=2 string; ice_restart=3 bool; error=4 models.Error",
  "event.ChangePublishOptionsComplete": "",
  "event.ParticipantMigrationComplete": "",
  "event.HealthCheckRequest": "",
  "gp.Timestamp": "seconds=1 int64; nanos=2 int32"
}

export const enums: Readonly<Record<string, string>> = {
  "models.PeerType": "PEER_TYPE_PUBLISHER_UNSPECIFIED=0; PEER_TYPE_SUBSCRIBER=1",
  "models.ConnectionQuality":
    "CONNECTION_QUALITY_UNSPECIFIED=0; CONNECTION_QUALITY_POOR=1; CONNECTION_QUALITY_GOOD=2; CONNECTION_QUALITY_EXCELLENT=3",
  "models.VideoQuality":
    "VIDEO_QUALITY_LOW_UNSPECIFIED=0; VIDEO_QUALITY_MID=1; VIDEO_QUALITY_HIGH=2; VIDEO_QUALITY_OFF=3",
  "models.TrackType":
    "TRACK_TYPE_UNSPECIFIED=0; TRACK_TYPE_AUDIO=1; TRACK_TYPE_VIDEO=2; TRACK_TYPE_SCREEN_SHARE=3; TRACK_TYPE_SCREEN_SHARE_AUDIO=4",
  "models.ParticipantSource":
    "PARTICIPANT_SOURCE_WEBRTC_UNSPECIFIED=0; PARTICIPANT_SOURCE_RTMP=1; PARTICIPANT_SOURCE_WHIP=2; PARTICIPANT_SOURCE_SIP=3; PARTICIPANT_SOURCE_RTSP=4; PARTICIPANT_SOURCE_SRT=5",
  "models.AudioBitrateProfile":
    "AUDIO_BITRATE_PROFILE_VOICE_STANDARD_UNSPECIFIED=0; AUDIO_BITRATE_PROFILE_VOICE_HIGH_QUALITY=1; AUDIO_BITRATE_PROFILE_MUSIC_HIGH_QUALITY=2",
  "models.ErrorCode":
    "ERROR_CODE_UNSPECIFIED=0; ERROR_CODE_PUBLISH_TRACK_NOT_FOUND=100; ERROR_CODE_PUBLISH_TRACKS_MISMATCH=101; ERROR_CODE_PUBLISH_TRACK_OUT_OF_ORDER=102; ERROR_CODE_PUBLISH_TRACK_VIDEO_LAYER_NOT_FOUND=103; ERROR_CODE_LIVE_ENDED=104; ERROR_CODE_PARTICIPANT_NOT_FOUND=200; ERROR_CODE_PARTICIPANT_MIGRATING_OUT=201; ERROR_CODE_PARTICIPANT_MIGRATION_FAILED=202; ERROR_CODE_PARTICIPANT_MIGRATING=203; ERROR_CODE_PARTICIPANT_RECONNECT_FAILED=204; ERROR_CODE_PARTICIPANT_MEDIA_TRANSPORT_FAILURE=205; ERROR_CODE_PARTICIPANT_SIGNAL_LOST=206; ERROR_CODE_CALL_NOT_FOUND=300; ERROR_CODE_CALL_PARTICIPANT_LIMIT_REACHED=301; ERROR_CODE_REQUEST_VALIDATION_FAILED=400; ERROR_CODE_UNAUTHENTICATED=401; ERROR_CODE_PERMISSION_DENIED=403; ERROR_CODE_TOO_MANY_REQUESTS=429; ERROR_CODE_INTERNAL_SERVER_ERROR=500; ERROR_CODE_SFU_SHUTTING_DOWN=600; ERROR_CODE_SFU_FULL=700",
  "models.SdkType":
    "SDK_TYPE_UNSPECIFIED=0; SDK_TYPE_REACT=1; SDK_TYPE_ANGULAR=2; SDK_TYPE_ANDROID=3; SDK_TYPE_IOS=4; SDK_TYPE_FLUTTER=5; SDK_TYPE_REACT_NATIVE=6; SDK_TYPE_UNITY=7; SDK_TYPE_GO=8; SDK_TYPE_PLAIN_JAVASCRIPT=9; SDK_TYPE_PYTHON=10; SDK_TYPE_VISION_AGENTS=11",
  "models.TrackUnpublishReason":
    "TRACK_UNPUBLISH_REASON_UNSPECIFIED=0; TRACK_UNPUBLISH_REASON_USER_MUTED=1; TRACK_UNPUBLISH_REASON_PERMISSION_REVOKED=2; TRACK_UNPUBLISH_REASON_MODERATION=3",
  "models.GoAwayReason": "GO_AWAY_REASON_UNSPECIFIED=0; GO_AWAY_REASON_SHUTTING_DOWN=1; GO_AWAY_REASON_REBALANCE=2",
  "models.CallEndedReason":
    "CALL_ENDED_REASON_UNSPECIFIED=0; CALL_ENDED_REASON_ENDED=1; CALL_ENDED_REASON_LIVE_ENDED=2; CALL_ENDED_REASON_KICKED=3; CALL_ENDED_REASON_SESSION_ENDED=4",
  "models.WebsocketReconnectStrategy":
    "WEBSOCKET_RECONNECT_STRATEGY_UNSPECIFIED=0; WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT=1; WEBSOCKET_RECONNECT_STRATEGY_FAST=2; WEBSOCKET_RECONNECT_STRATEGY_REJOIN=3; WEBSOCKET_RECONNECT_STRATEGY_MIGRATE=4",
  "models.ClientCapability":
    "CLIENT_CAPABILITY_UNSPECIFIED=0; CLIENT_CAPABILITY_SUBSCRIBER_VIDEO_PAUSE=1; CLIENT_CAPABILITY_COORDINATOR_STATS=2",
  "models.DegradationPreference":
    "DEGRADATION_PREFERENCE_UNSPECIFIED=0; DEGRADATION_PREFERENCE_BALANCED=1; DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE=2; DEGRADATION_PREFERENCE_MAINTAIN_RESOLUTION=3; DEGRADATION_PREFERENCE_MAINTAIN_FRAMERATE_AND_RESOLUTION=4"
}

/** The methods of `SignalServer`, with the types of request and response. */
export const calls: Readonly<Record<string, readonly [request: string, response: string]>> = {
  SetPublisher: ["signal.SetPublisherRequest", "signal.SetPublisherResponse"],
  SendAnswer: ["signal.SendAnswerRequest", "signal.SendAnswerResponse"],
  UpdateSubscriptions: ["signal.UpdateSubscriptionsRequest", "signal.UpdateSubscriptionsResponse"],
  UpdateMuteStates: ["signal.UpdateMuteStatesRequest", "signal.UpdateMuteStatesResponse"],
  IceTrickle: ["models.ICETrickle", "signal.ICETrickleResponse"],
  IceRestart: ["signal.ICERestartRequest", "signal.ICERestartResponse"]
}
