// @solid-notifications/subscription finds the service, subscribes, and `ws` listens.
// Arguments: {"topic"}. Prints "listening", then each notification on a line, `count` of them.
import { SubscriptionClient } from "@solid-notifications/subscription";
import { WebSocket } from "ws";

const { topic, count } = JSON.parse(process.argv[2]);
const type = "http://www.w3.org/ns/solid/notifications#WebSocketChannel2023";
const channel = await new SubscriptionClient(fetch).subscribe(topic, type);
const socket = new WebSocket(channel.receiveFrom);
let heard = 0;
socket.on("open", () => console.log(JSON.stringify({ listening: channel })));
socket.on("message", (data) => {
  console.log(JSON.stringify(JSON.parse(data)));
  heard += 1;
  if (heard === count) socket.close();
});
socket.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
