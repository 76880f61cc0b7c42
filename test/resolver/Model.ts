/**
 * The laws once more, as plainly as they can be said: goes through the list of what happened with two flat lists, answers
 * every question by looking at everything, and knows nothing of how the library does it.
 */
import type { Evidence, Participant, TrackKey } from "effect-track-resolver"
import { denies, fit, isKey, isKin, isSession, nameOf, newsOf, ranks } from "./Event.ts"
import type { Call, Event, Options, Track } from "./Event.ts"

/** How things stand after each event, what changed by it, and the track that it was answered with. */
export const model = (events: ReadonlyArray<Event>, options: Options) => {
  let [tracks, calls, count] = [Array<Track>(), Array<Call>(), 0]
  const those = (is: Track["is"]) => tracks.filter((it) => it.is === is)
  const holder = (key: TrackKey) => those("bound").find((it) => isKey(it.key!, key))
  const waiting = () => calls.map((it) => it.key).filter((key) => !holder(key))
  const spokenFor = () => [...waiting(), ...those("bound").map((it) => it.key!)]
  return events.map((event) => {
    let [{ at }, changes, seekers, arrived] = [event, Array<string>(), Array<string>(), "-"]
    let reply = those("bound").find((it) => event._tag === "Retire" && it.trackId === event.trackId)
    const drop = (gone: (track: Track) => unknown) => tracks = tracks.filter((it) => !gone(it))
    const inherit = (key: TrackKey) => drop((it) => it.is === "left" && isKin(it.key!, key))
    const edit = (now: Partial<Track>, of?: Track) => tracks = tracks.map((it) => it === of ? { ...it, ...now } : it)
    const put = (track: Track) => tracks = [...tracks.filter((it) => it.trackId !== track.trackId), track]
    const bind = (track: Track, key: TrackKey, evidence: Evidence, unpublishedAt?: number) => {
      if (track.is === "bound") unbind(track, "Migrated")
      changes.push(`+ ${nameOf(key)} ${track.trackId} ${evidence}`)
      put({ ...track, is: "bound", key, evidence, boundAt: ++count, unpublishedAt })
      if (evidence === "Exact" || evidence === "Inherited") inherit(key)
    }
    const unbind = (track: Track, why: string) => {
      changes.push(`- ${nameOf(track.key!)} ${track.trackId} ${why}`)
      put({ ...track, is: why === "Left" ? "left" : "pending", at })
      if (why === "Left" && options.sessionMigration === "never") tracks.pop()
      if (why === "Superseded" && !denies(track, track.key!)) tracks.pop()
    }
    /** Laws 3 and 8. */
    const isHeir = (it: Track, key: TrackKey) =>
      seekers.includes(nameOf(key)) && isKin(it.key!, key) && !isKey(it.key!, key) &&
      (it.is === "left" || options.sessionMigration === "takeOver")
    const fitting = (key: TrackKey, rank: Evidence) =>
      tracks.filter((it) => (it.is === "pending" ? fit(it, key) : isHeir(it, key) && "Inherited") === rank)
        .sort((a, b) => b.is === "pending" ? b.first - a.first : b.boundAt - a.boundAt)
    /** Laws 4 and 7: the pairs that things as they are speak for, the best first. */
    const pairs = () =>
      ranks.flatMap((rank, nth) =>
        spokenFor().flatMap((key) => {
          const [[track, ...others], old] = [fitting(key, rank), holder(key)]
          if (!track || (!old && ranks.slice(0, nth).some((better) => fitting(key, better).length > 0))) return []
          const isSole = others.length === 0 && !waiting().some((it) => fit(track, it) && !isKey(it, key))
          const isRight = {
            Exact: old?.evidence !== "Exact" || track.first > old.first,
            Kind: isSole && (!old || (track.first > old.unpublishedAt! && seekers.includes(nameOf(key)) &&
              !(old.evidence === "Exact" && old.first > old.unpublishedAt!))),
            Inherited: !old,
            Anonymous: isSole && !old && options.anonymousTracks === "unique"
          }
          return isRight[rank] ? [{ track, key, rank, old, name: `${track.trackId} ${nameOf(key)}` }] : []
        })
      )
    drop((it) => it.is !== "bound" && it.at + options.timeToLive <= at)
    let dormant = pairs()
    if (event._tag === "Register") {
      const known = tracks.find((it) => it.trackId === event.track.trackId && it.is !== "left")
      const news = newsOf(known, event.track)
      const now = known && { ...known, ...news }
      if (news) arrived = `${event.track.trackId} `
      if (now === undefined) put({ ...event.track, is: "pending", at, first: ++count, boundAt: 0 })
      else if (now.is === "bound" && denies(news ?? {}, now.key!)) unbind(now, "Contradicted")
      else if (news) {
        const evidence = now.key && ranks.find((it) => it === fit(now, now.key!) || it === now.evidence)
        edit({ ...news, evidence }, known)
        if (now.is === "bound" && evidence === "Exact") inherit(now.key!)
      }
    } else if (event._tag === "Call") {
      if (calls.every((it) => !isKey(it.key, event.key))) seekers = [nameOf(event.key)]
      calls = [...calls, event]
    } else if (event._tag === "End") calls = calls.filter((it) => it.call !== event.call)
    else if (event._tag === "Unpublish") {
      reply = those("bound").find((it) => isKey(it.key!, event.key) && it.unpublishedAt === undefined)
      calls = calls.filter((it) => !isKey(it.key, event.key))
      edit({ unpublishedAt: ++count }, reply)
    } else if (event._tag === "Leave") {
      const isTheirs = (who: Participant | undefined) => who && isSession(who, event.participant)
      const had = spokenFor().filter(isTheirs)
      calls = calls.filter((it) => !isTheirs(it.key))
      drop((it) => it.is === "pending" && isTheirs(it.participant))
      those("bound").filter((it) => isTheirs(it.key)).forEach((it) => unbind(it, "Left"))
      const heirs = had.map((key) => new Set(waiting().filter((it) => isKin(it, key)).map(nameOf)))
      if (options.sessionMigration === "afterLeave") seekers = heirs.flatMap((it) => it.size === 1 ? [...it] : [])
    } else if (event._tag === "Retire") {
      if (reply) unbind(reply, "Retired")
      drop((it) => it.trackId === event.trackId)
    }
    if (event._tag !== "Register" && event._tag !== "Call") dormant = pairs().filter((it) => it.rank !== "Inherited")
    const isNew = (it: { name: string }) => it.name.startsWith(arrived) || dormant.every(({ name }) => name !== it.name)
    for (let pair = pairs().find(isNew); pair; pair = pairs().find(isNew)) {
      const { key, old, rank, track } = pair
      if (old) drop((it) => it.is === "pending" && it.first < track.first && fit(it, key) === "Exact")
      if (old) unbind(old, "Superseded")
      bind(track, key, rank, old?.unpublishedAt)
    }
    if (event._tag === "Call") reply = holder(event.key)
    if (event._tag === "Call") edit({ unpublishedAt: undefined }, reply)
    drop((it) => it.is === "pending" && those("pending").indexOf(it) < those("pending").length - options.capacity)
    return { tracks, calls, changes, reply }
  })
}
