// An emulator in JavaScript that the suite tests over its standard input and output: see docs/stdio.md.
//   mediaconnect-conformance run --target 'stdio:node docs/stdio-emulator.example.mjs'
import { createInterface } from "node:readline";

const accounts = new Map(); // by account and Region: { offerings, reservations }
const clocks = new Map(); // by account, for all its Regions: where its time stands
const refusal = (status, type, message) => ({ status, headers: { "x-amzn-errortype": type }, body: { message } });
const bad = (message) => refusal(400, "BadRequestException", message);
const NAME = /^[A-Za-z0-9]([A-Za-z0-9_-]{0,126}[A-Za-z0-9])?$/;
const written = (date) => date.toISOString().slice(0, 19) + "Z";

function of(account, region) {
  const name = `${account} ${region}`;
  if (!accounts.has(name)) accounts.set(name, { offerings: [], reservations: [] });
  return accounts.get(name);
}

function defineOfferings({ account, region, offerings }) {
  of(account, region).offerings = offerings.map(({ reservedBitrate, ...terms }, number) => ({
    ...terms,
    currencyCode: "USD",
    durationUnits: "MONTHS",
    offeringArn: `arn:aws:mediaconnect:${region}:${account}:offering:${number}`,
    priceUnits: "HOURLY",
    resourceSpecification: { resourceType: "Mbps_Outbound_Bandwidth", reservedBitrate }, // left out where undefined
  }));
  return { offerings: of(account, region).offerings };
}

function endOf(start, months) {
  const end = new Date(start);
  end.setUTCMonth(end.getUTCMonth() + months, 1);
  const last = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(start.getUTCDate(), last));
  return end;
}

function purchase(state, offering, now, sent, { account, region }) {
  const start = new Date(sent.start);
  if (typeof sent.start !== "string" || isNaN(start) || written(start) !== sent.start) return bad("start is no time");
  const name = sent.reservationName;
  if (typeof name !== "string" || !NAME.test(name)) return bad("reservationName is missing or no name");
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  if (start < month || start > now) return bad("start is not in this month up to now");
  if (state.reservations.some((one) => new Date(one.end) > now)) return bad("a reservation is active");
  if (state.reservations.some((one) => one.reservationName === name)) return bad("reservationName was used before");
  const reservation = {
    ...offering,
    end: written(endOf(start, offering.duration)),
    reservationArn: `arn:aws:mediaconnect:${region}:${account}:reservation:${state.reservations.length}`,
    reservationName: name,
    reservationState: "ACTIVE",
    start: sent.start,
  };
  state.reservations.push(reservation);
  return { status: 201, headers: {}, body: { reservation } };
}

function page(name, items, query) {
  const size = query.get("maxResults") ?? "10"; // at most ten items where it is not given
  const token = query.get("nextToken") ?? "from-0";
  if (!/^[0-9]{1,4}$/.test(size) || Number(size) < 1 || Number(size) > 1000) return bad("maxResults is not 1 to 1000");
  const from = Number(/^from-([0-9]{1,9})$/.exec(token)?.[1] ?? Infinity);
  if (from > items.length) return bad("no such nextToken");
  const end = from + Number(size);
  const nextToken = end < items.length ? `from-${end}` : undefined;
  return { status: 200, headers: {}, body: { [name]: items.slice(from, end), nextToken } };
}

function answer({ method, url, headers, body }) {
  const [, account, , region] = /Credential=(\w+)\/(\d+)\/([\w-]+)\//.exec(headers.Authorization ?? "") ?? [];
  const state = of(account, region);
  const now = new Date(clocks.get(account) ?? Date.now());
  const shown = (one) => ({ ...one, reservationState: new Date(one.end) > now ? "ACTIVE" : "EXPIRED" });
  const { pathname, searchParams } = new URL(url);
  const [, kind, arn] = /^\/v1\/(offerings|reservations)\/?(.*)$/.exec(pathname) ?? [];
  let name, sent;
  try {
    name = decodeURIComponent(arn ?? "");
    // A sign of `body` is a byte.
    if (method === "POST") sent = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(body, "latin1")));
  } catch {
    return bad("the ARN is not encoded, or the body is not JSON");
  }
  if (kind === "reservations") {
    if (!name) return page(kind, state.reservations.map(shown), searchParams);
    const found = state.reservations.find((one) => one.reservationArn === name);
    if (!found) return refusal(404, "NotFoundException", "no such reservation");
    return { status: 200, headers: {}, body: { reservation: shown(found) } };
  }
  if (!name) return page(kind, state.offerings, searchParams);
  const offering = state.offerings.find((one) => one.offeringArn === name);
  if (!offering) return refusal(404, "NotFoundException", "no such offering");
  if (method === "GET") return { status: 200, headers: {}, body: { offering } };
  return purchase(state, offering, now, sent ?? {}, { account, region });
}

function handle(message) {
  if (message.type === "hello") {
    return { capabilities: ["accounts", "clock", "offerings", "other-accounts", "regions", "seed"] };
  }
  if (message.type === "define-offerings") return defineOfferings(message);
  if (message.type === "request") return answer(message);
  clocks.set(message.account, message.now); // set-clock
  return {};
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  process.stdout.write(JSON.stringify({ id: message.id, ...handle(message) }) + "\n");
}
