/**
 * A takeover takes as long as the lock of a shard lives, and what the other runners need to notice that it has ended.
 */
export const shardingConfig = {
  shardsPerGroup: 60,
  shardLockExpiration: "6 seconds",
  shardLockRefreshInterval: "2 seconds",
  refreshAssignmentsInterval: "1 second",
  runnerHealthCheckInterval: "2 seconds",
  entityMessagePollInterval: "1 second"
} as const
