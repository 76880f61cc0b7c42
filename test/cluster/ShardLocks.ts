/**
 * The storage of a cluster's runners, in this process: a shard has one owner at a time, as in the database.
 */
import * as MachineId from "effect/cluster/MachineId"
import type { Runner } from "effect/cluster/Runner"
import type * as RunnerStorage from "effect/cluster/RunnerStorage"
import type { ShardId } from "effect/cluster/ShardId"
import * as Effect from "effect/Effect"

export const make = (): RunnerStorage.RunnerStorage["Service"] => {
  const runners = new Map<string, readonly [runner: Runner, healthy: boolean]>()
  const owners = new Map<string, string>()
  const addressOf = ({ host, port }: { readonly host: string; readonly port: number }) => `${host}:${port}`
  const take = (address: string, shards: Iterable<ShardId>): Array<ShardId> =>
    Array.from(shards).filter((shard) => {
      const owner = owners.get(shard.toString()) ?? address
      owners.set(shard.toString(), owner)
      return owner === address
    })
  return {
    register: (runner, healthy) =>
      Effect.sync(() => {
        runners.set(addressOf(runner.address), [runner, healthy])
        return MachineId.make(runners.size)
      }),
    unregister: (address) => Effect.sync(() => void runners.delete(addressOf(address))),
    getRunners: Effect.sync(() => Array.from(runners.values())),
    setRunnerHealth: () => Effect.void,
    acquire: (address, shards) => Effect.sync(() => take(addressOf(address), shards)),
    refresh: (address, shards) => Effect.sync(() => take(addressOf(address), shards)),
    release: (address, shard) =>
      Effect.sync(() => {
        if (owners.get(shard.toString()) === addressOf(address)) owners.delete(shard.toString())
      }),
    releaseAll: (address) =>
      Effect.sync(() => {
        for (const [shard, owner] of owners) if (owner === addressOf(address)) owners.delete(shard)
      })
  }
}
