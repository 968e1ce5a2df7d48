// Presses a server's sockets: node sockets.mjs '{"url","dialect","mode","rooms":[{"id","tokens":[a,b]}],...}', one line of JSON out.
// `ours` speaks /ws as docs/sockets.md says; `socketio` speaks engine.io 4 to the peer. The `ws` package comes from WS.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const given = { per: 10, senders: 2, seconds: 4, rate: 50, warm: 1, ...JSON.parse(process.argv[2]) }
const { WebSocket } = createRequire(`${process.env.WS}/package.json`)('ws')
const rooms = JSON.parse(readFileSync(given.rooms)).slice(0, given.count)
const isOurs = given.dialect === 'ours'
const now = () => performance.now()
const MARK = Buffer.from('@t'), READY = Buffer.from(isOurs ? '"joined:conversation"' : '"joined"')
const RECEIVED = Buffer.from('"message:received"'), TYPING = Buffer.from(isOurs ? '"isTyping":true' : '"typing"')

const frames = isOurs
  ? {
      join: room => JSON.stringify({ event: 'join:conversation', data: room }),
      send: (room, text) => JSON.stringify({ event: 'message:send', data: { conversationId: room, message: { text } } }),
      type: room => JSON.stringify({ event: 'typing:start', data: room }),
    }
  : {
      join: room => '42' + JSON.stringify(['join:conversation', { conversationId: room }]),
      send: (room, text) => '42' + JSON.stringify(['message:send', { conversationId: room, content: text }]),
      type: room => '42' + JSON.stringify(['typing', { conversationId: room, isTyping: true }]),
    }

let measuring = false, running = true, sent = 0, delivered = 0, broken = 0
const late = [], all = []

function open(number, room, token) {
  return new Promise((resolve, reject) => {
    const options = { perMessageDeflate: false, headers: isOurs ? { authorization: `Bearer ${token}` } : {} }
    const path = isOurs ? '/ws' : `/socket.io/?EIO=4&transport=websocket`
    const socket = new WebSocket(given.url + path, options)
    const user = JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub
    const client = { number, room, socket, user, next: null, partner: null }
    const ready = () => { client.isReady = true; resolve(client) }
    const begin = () => (given.mode === 'idle' ? ready() : socket.send(frames.join(room)))
    socket.on('error', error => { broken += 1; reject(error) })
    socket.on('close', () => { if (running) broken += 1 })
    socket.on('message', data => {
      if (!isOurs && data[0] === 48) return socket.send('40' + JSON.stringify({ token }))
      if (!isOurs && data[0] === 50) return socket.send('3')
      if (!client.isReady) {
        if (data.includes(READY)) return ready()
        if (isOurs ? data.includes('"connected"') : data[0] === 52 && data[1] === 48) return begin()
      }
      hear(client, data)
    })
  })
}

function hear(client, data) {
  if (given.mode === 'typing') {
    if (!data.includes(TYPING)) return
    if (measuring) delivered += 1
    if (client.partner && data.includes(client.partner.user)) client.partner.next?.()
    return
  }
  const at = data.indexOf(MARK)
  if (at < 0 || !data.includes(RECEIVED)) return
  const [when, who] = data.latin1Slice(at + 2, at + 40).split('#')
  if (measuring) { delivered += 1; late.push(now() - Number(when)) }
  if (Number(who) === client.number) client.next?.()
}

const say = client => {
  if (!running) return
  if (measuring) sent += 1
  client.socket.send(frames.send(client.room, `@t${now().toFixed(3)}#${client.number}#hello, can you come on Monday at nine?`))
}
const type = client => {
  if (!running) return
  if (measuring) sent += 1
  client.socket.send(frames.type(client.room))
}

const places = given.mode === 'idle' ? given.idle : rooms.length * given.per
for (let number = 0; number < places;) {
  const batch = []
  for (let turn = 0; turn < 50 && number < places; turn += 1, number += 1) {
    const room = rooms[Math.floor(number / given.per) % rooms.length]
    batch.push(open(number, room.id, room.tokens[number % 2]))
  }
  all.push(...await Promise.all(batch))
}
if (given.mode === 'idle') {
  console.log(JSON.stringify({ held: all.length }))
  process.stdin.once('data', () => process.exit(0))
} else {
  const senders = []
  for (let room = 0; room < rooms.length; room += 1) for (let turn = 0; turn < given.senders; turn += 1) {
    const client = all[room * given.per + turn]
    // Who types waits until one chosen socket of the other person has heard it.
    all[room * given.per + ((turn + 1) % 2) + 2].partner = client
    senders.push(client)
  }
  if (given.mode === 'rate') {
    const start = now()
    let turn = 0
    const tick = setInterval(() => { while (turn < (now() - start) / 1000 * given.rate) say(senders[turn++ % senders.length]) }, 4)
    setTimeout(() => clearInterval(tick), (given.warm + given.seconds) * 1000)
  } else for (const client of senders) {
    client.next = () => (given.mode === 'typing' ? type(client) : say(client))
    client.next()
  }
  setTimeout(() => { measuring = true }, given.warm * 1000)
  setTimeout(() => {
    measuring = false
    setTimeout(() => {
      running = false
      late.sort((a, b) => a - b)
      const quantile = share => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? null
      console.log(JSON.stringify({
        sent: sent / given.seconds, delivered: delivered / given.seconds, broken,
        p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99),
      }))
      process.exit(0)
    }, 300)
  }, (given.warm + given.seconds) * 1000)
}
