'use strict'
// Loaded before a program (`node --require`): its timers and its clocks run $HURRY times as fast, so that a test of a
// wait need not wait. What a process does in which order stays the same.
const factor = Number(process.env.HURRY)
const { setTimeout, setInterval } = globalThis
globalThis.setTimeout = Object.assign(
  (work, delay = 0, ...args) => setTimeout(work, delay / factor, ...args),
  setTimeout,
)
globalThis.setInterval = Object.assign(
  (work, delay = 0, ...args) => setInterval(work, delay / factor, ...args),
  setInterval,
)
const uptime = process.uptime.bind(process)
const [started, startedAt] = [uptime(), Date.now()]
process.uptime = () => started + (uptime() - started) * factor
Date.now = () => startedAt + (process.uptime() - started) * 1000
