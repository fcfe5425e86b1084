import { expect, test } from 'vitest';
import { type Arrival, startReceiver } from '../../receiver/receiver.ts';
import { call, grpcFrame, post, postJson } from './clients.ts';
import { requestOf, SPAN, toProtobuf } from './otlp.ts';

async function startRecordingArrivals() {
  const arrivals: Arrival[] = [];
  const order: string[] = [];
  const receiver = await startReceiver({
    grpcPort: 0,
    httpPort: 0,
    onSpans: () => order.push('spans'),
    onArrival: (arrival) => {
      order.push('arrival');
      arrivals.push(arrival);
    },
  });
  return { receiver, arrivals, order, [Symbol.asyncDispose]: () => receiver.close() };
}

test('hands on the bytes of each export, after its spans, whatever it came by', async () => {
  await using recording = await startRecordingArrivals();
  const { receiver, arrivals, order } = recording;
  const protobuf = toProtobuf(requestOf(SPAN));
  const json = JSON.stringify(requestOf(SPAN, SPAN));
  await call(receiver.grpcUrl, { frame: grpcFrame(protobuf) });
  await post(receiver.httpUrl, { headers: { 'content-type': 'application/x-protobuf' }, body: protobuf });
  await postJson(receiver.httpUrl, json);

  expect(arrivals.map(({ transport, spanCount }) => [transport, spanCount])).toEqual([
    ['grpc', 1],
    ['http/protobuf', 1],
    ['http/json', 2],
  ]);
  expect(arrivals.map(({ body }) => body.toString('hex'))).toEqual(
    [protobuf, protobuf, Buffer.from(json)].map((body) => body.toString('hex')),
  );
  expect(order).toEqual(['spans', 'arrival', 'spans', 'arrival', 'spans', 'arrival']);
});

test('hands on spans that were rejected here, and nothing that was refused', async () => {
  await using recording = await startRecordingArrivals();
  const { receiver, arrivals } = recording;
  await postJson(receiver.httpUrl, requestOf({ ...SPAN, spanId: '00' }));
  await postJson(receiver.httpUrl, '{');

  expect(arrivals.map(({ spanCount }) => spanCount)).toEqual([1]);
});
