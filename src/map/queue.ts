/** The rows that wait to be sent. */
import type { Task } from './plan.ts'

export class Queue {
  /** Nothing is sent any more; what runs is waited for. */
  isClosed = false
  private readonly tasks: Task[]
  /** Tasks before it have been taken: to shift ten thousand takes its time. */
  private next = 0

  constructor(tasks: Task[]) {
    this.tasks = [...tasks]
  }

  get length(): number {
    return this.tasks.length - this.next
  }

  /** Whether there is something to send. */
  readonly isWanting = (): boolean => !this.isClosed && this.length > 0

  take(): Task | undefined {
    return this.isWanting() ? this.tasks[this.next++] : undefined
  }

  putFirst(task: Task): void {
    if (this.next > 0) this.tasks[--this.next] = task
    else this.tasks.unshift(task)
  }

  putLast(task: Task): void {
    this.tasks.push(task)
  }
}
