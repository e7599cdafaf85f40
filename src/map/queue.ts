/** The rows that are waiting to be sent. */
import type { Task } from './plan.ts'

export class Queue {
  /** True once no more rows are to be sent. */
  isClosed = false
  private readonly tasks: Task[]
  /** Index of the next task. Shifting an array of ten thousand would be slow. */
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
