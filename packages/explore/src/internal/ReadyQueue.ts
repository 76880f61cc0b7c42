/**
 * The tasks that are ready to run, in the order of the stock scheduler.
 *
 * Each fiber has a dispatcher, and a dispatcher keeps the order of its own tasks. The order of different dispatchers is
 * open: the first task of each dispatcher is a candidate for the next step.
 */
import type { Lane } from "./Lane.ts"
import type { AnyFiber } from "./Primitive.ts"

export interface Task {
  readonly lane: Lane
  /** A dispatcher runs lower numbers first. */
  readonly priority: number
  readonly run: () => void
  /** The fiber that continues with this task, if it has yielded. */
  readonly yielded: AnyFiber | undefined
  /** Whether the exploration preempted the fiber. If so, the choice point of its next primitive has passed already. */
  readonly isForced: boolean
  /** Whether something else has woken the fiber. The task is then a no-op. */
  isCancelled: boolean
}

/** The tasks that a dispatcher runs in one turn, in this order. */
export interface Batch {
  readonly dispatcher: Dispatcher
  readonly tasks: Array<Task>
}

export interface Dispatcher {
  /** The batch that takes new tasks. Undefined if the next task begins a new batch. */
  openBatch: Batch | undefined
  /** The number of the last listing that contains this dispatcher. */
  listing: number
}

export interface ReadyQueue {
  readonly batches: Array<Batch>
  /** The first batch of each dispatcher, as of the last listing. */
  readonly heads: Array<Batch>
  listing: number
  /** The number of tasks that have neither run nor been cancelled. */
  remaining: number
}

export const make = (): ReadyQueue => ({ batches: [], heads: [], listing: 0, remaining: 0 })

export const makeDispatcher = (): Dispatcher => ({ openBatch: undefined, listing: 0 })

export const add = (queue: ReadyQueue, dispatcher: Dispatcher, task: Task): void => {
  if (dispatcher.openBatch === undefined) {
    dispatcher.openBatch = { dispatcher, tasks: [] }
    queue.batches.push(dispatcher.openBatch)
  }
  const { tasks } = dispatcher.openBatch
  const later = tasks.findIndex(({ priority }) => priority > task.priority)
  tasks.splice(later < 0 ? tasks.length : later, 0, task)
  queue.remaining++
}

export const cancel = (queue: ReadyQueue, task: Task): void => {
  task.isCancelled = true
  queue.remaining--
}

const firstTask = (batch: Batch): Task | undefined => batch.tasks.find(({ isCancelled }) => !isCancelled)

/** Lists the first task of each dispatcher: sets `heads`, and adds the tasks' lanes to `candidates`. */
export const listHeads = (queue: ReadyQueue, candidates: Array<Lane>): void => {
  queue.heads.length = 0
  queue.listing++
  for (const batch of queue.batches) {
    if (batch.dispatcher.listing === queue.listing) continue
    const task = firstTask(batch)
    if (task === undefined) continue
    batch.dispatcher.listing = queue.listing
    queue.heads.push(batch)
    candidates.push(task.lane)
  }
}

/** Removes batches from `heads`, and their lanes from `candidates`, in which the running fiber comes before them. */
export const retainHeads = (
  { heads }: ReadyQueue,
  candidates: Array<Lane>,
  isRetained: (lane: Lane) => boolean,
  running: Lane | undefined
): void => {
  const first = running === undefined ? 0 : 1
  let count = 0
  for (let index = 0; index < heads.length; index++) {
    const lane = candidates[first + index]!
    if (!isRetained(lane)) continue
    heads[count] = heads[index]!
    candidates[first + count] = lane
    count++
  }
  heads.length = count
  candidates.length = first + count
}

/** Removes and returns the first task of a batch in `heads`. */
export const take = (queue: ReadyQueue, batch: Batch): Task => {
  // The stock dispatcher takes all its tasks when its turn begins. A later task belongs to its next turn.
  if (batch.dispatcher.openBatch === batch) batch.dispatcher.openBatch = undefined
  const task = firstTask(batch)!
  batch.tasks.splice(0, batch.tasks.indexOf(task) + 1)
  if (batch.tasks.length === 0) queue.batches.splice(queue.batches.indexOf(batch), 1)
  return task
}

/** Removes batches at the front whose tasks are all cancelled: in the stock scheduler their turn has passed. */
export const dropCancelled = ({ batches }: ReadyQueue): void => {
  for (let first = batches[0]; first !== undefined && firstTask(first) === undefined; first = batches[0]) {
    if (first.dispatcher.openBatch === first) first.dispatcher.openBatch = undefined
    batches.shift()
  }
}
