// The server of npm `ws` as a STOMP mock: peer_ws.mjs MODULES HEART_BEAT_MS; prints its port.
// SUBSCRIBE to /burst/COUNT gets so many events at once; to /crowd/SUBSCRIBERS/COUNT as soon as all are there.
import { createRequire } from 'node:module';
const { WebSocketServer } = createRequire(process.argv[2] + '/x.js')('ws');
const beat = Number(process.argv[3]);
const body = 'x'.repeat(265);
const message = (id) => Buffer.from(
  `MESSAGE\nsubscription:sub-0\nmessage-id:${id}\ndestination:/topic/change/o\ncontent-type:application/json\ncontent-length:265\n\n${body}\0`);
let prepared = [];
const prepare = (count) => { while (prepared.length < count) prepared.push(message(prepared.length + 1)); };
prepare(Number(process.argv[4]));
const crowd = [];
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 4096 },
  () => console.log(server.address().port));
server.on('connection', (socket) => {
  let timer;
  socket.on('close', () => clearInterval(timer));
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const text = data.toString();
    if (text.startsWith('CONNECT')) {
      socket.send(`CONNECTED\nversion:1.2\nheart-beat:${beat},${beat}\n\n\0`);
      if (!/heart-beat:0,0/.test(text)) timer = setInterval(() => socket.send('\n'), beat);
    } else if (text.startsWith('SUBSCRIBE')) {
      const [, what, first, second] = /destination:\/(\w+)\/(\d+)\/?(\d*)/.exec(text) ?? [];
      if (what === 'burst') for (let at = 0; at < first; at++) socket.send(prepared[at], { binary: false });
      if (what !== 'crowd' || crowd.push(socket) < first) return;
      for (let at = 0; at < second; at++) for (const one of crowd) one.send(prepared[at], { binary: false });
    }
  });
});
