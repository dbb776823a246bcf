// Makes calls with the JavaScript SDK, as people do. What it reads and writes is told in client.py.

import { createInterface } from "node:readline";
import * as sdk from "@aws-sdk/client-iot-events-data";

let endpoint, client;
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line, read);
  if (asked.endpoint !== endpoint) {
    client?.destroy();
    endpoint = asked.endpoint;
    client = new sdk.IoTEventsDataClient({ endpoint, region: "eu-west-1" });
  }
  const command = new sdk[`${asked.operation}Command`](asked.input);
  console.log(JSON.stringify(await answer(command), write));
}

/** The output, or the error as this SDK throws it. */
async function answer(command) {
  try {
    const { $metadata, ...output } = await client.send(command);
    return { output };
  } catch (error) {
    if (!(error instanceof sdk.IoTEventsDataServiceException)) throw error;
    const { constructor, $metadata, message } = error;
    return { error: { type: constructor.name, status: $metadata.httpStatusCode, message } };
  }
}

function read(key, value) {
  return value?.$bytes === undefined ? value : new Uint8Array(Buffer.from(value.$bytes, "base64"));
}

// JSON.stringify turns a Date into text before it asks: `this` still has the Date.
function write(key, value) {
  return this[key] instanceof Date ? { $date: this[key].getTime() } : value;
}
