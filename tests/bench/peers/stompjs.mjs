// stompjs.mjs PREFIX SECONDS
// @stomp/stompjs as its Client uses it: each WebSocket text message is a string, goes through
// Parser, and becomes a FrameImpl with decoded headers. Prints the line of JSON of bench_parse.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../clients/stompjs/package.json', import.meta.url));
const { FrameImpl, Parser } = require('@stomp/stompjs');

function refuse(trouble) {
  console.error(`stompjs.mjs: ${trouble}`);
  process.exit(1);
}

function read(path) {
  try {
    return readFileSync(path);
  } catch (failure) {
    return refuse(`${path}: ${failure.message}`);
  }
}

function readCounts(path) {
  try {
    return JSON.parse(read(path));
  } catch (failure) {
    return refuse(`${path}: ${failure.message}`);
  }
}

function readMessages(prefix) {
  const stream = read(`${prefix}.stomp`);
  const lengths = read(`${prefix}.ws`);
  const messages = [];
  let begin = 0;
  for (let at = 0; at + 4 <= lengths.length; at += 4) {
    const end = begin + lengths.readUInt32LE(at);
    messages.push(stream.toString('utf8', begin, end));
    begin = end;
  }
  if (begin !== stream.length)
    refuse(`${prefix}.ws: expected lengths that add up to ${stream.length}, got ${begin}`);
  return { messages, octets: stream.length };
}

function pass(messages, onFrame) {
  const parser = new Parser(raw => onFrame(raw, FrameImpl.fromRawFrame(raw, true)), () => {});
  for (const message of messages) parser.parseChunk(message, false);
}

function count(messages) {
  const seen = { frames: 0, headers: 0, body_bytes: 0 };
  pass(messages, (raw, frame) => {
    seen.frames += 1;
    seen.headers += raw.headers.length;
    seen.body_bytes += Buffer.byteLength(frame.body);
  });
  return seen;
}

// Of the thread that parses: what the engine does beside it is not held against it.
function processorSeconds() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
}

const median = times => times.sort((a, b) => a - b)[times.length >> 1];

function medianPass(messages, seconds) {
  const wall = [];
  const processor = [];
  let characters = 0; // a body is decoded when it is looked at
  for (let total = 0; total < seconds || wall.length < 3; total += wall.at(-1)) {
    const used = processorSeconds();
    const begun = process.hrtime.bigint();
    pass(messages, (raw, frame) => { characters += frame.body.length; });
    wall.push(Number(process.hrtime.bigint() - begun) / 1e9);
    processor.push(processorSeconds() - used);
  }
  return { wall: median(wall), processor: median(processor) };
}

const [prefix, seconds] = process.argv.slice(2);
if (seconds === undefined || !(Number(seconds) >= 0)) {
  console.error('usage: stompjs.mjs PREFIX SECONDS');
  process.exit(2);
}
const { messages, octets } = readMessages(prefix);
const expected = readCounts(`${prefix}.meta.json`);
const seen = count(messages);
const time = medianPass(messages, Number(seconds));
console.log(JSON.stringify({
  mib_s: Number((octets / 2 ** 20 / time.wall).toFixed(1)),
  mib_cpu_s: Number((octets / 2 ** 20 / time.processor).toFixed(1)),
  frames_s: Math.round(seen.frames / time.wall),
  ok: Object.entries(seen).every(([name, value]) => value === expected[name]),
  seen: [seen.frames, seen.body_bytes],
}));
