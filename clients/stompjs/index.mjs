// @stomp/stompjs over ws, with the defaults of both: what is judged is the library. All that this
// file adds is the address, the credential, the subscription and one line of JSON for each event.
import { Client } from '@stomp/stompjs';
import WebSocket from 'ws';

const { RHOMBUS_WS_URL, RHOMBUS_API_KEY, RHOMBUS_ORG_UUID } = process.env;
const url = `${RHOMBUS_WS_URL}?x-auth-scheme=api-token`;

const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

function deliver(message) {
  let event;
  try {
    event = JSON.parse(message.body);
  } catch (failure) {
    print({ rhombus: 'error', message: `body is not JSON: ${failure.message}` });
    return;
  }
  print(event);
}

const client = new Client({
  webSocketFactory: () => new WebSocket(url, { headers: { 'x-auth-apikey': RHOMBUS_API_KEY } }),
  onConnect: () => {
    print({ rhombus: 'connected' });
    client.subscribe(`/topic/change/${RHOMBUS_ORG_UUID}`, deliver);
    print({ rhombus: 'subscribed' });
  },
  onStompError: (frame) =>
    print({ rhombus: 'error', message: frame.headers.message ?? '', body: frame.body }),
  onWebSocketError: (event) => print({ rhombus: 'error', message: event.message ?? 'WebSocket' }),
  onWebSocketClose: (event) =>
    print({ rhombus: 'closed', code: event.code, reason: String(event.reason), cause: 'close' }),
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    await client.deactivate();
    process.exit(0);
  });
}

client.activate();
