import {
  cancelJob, createScheduledJob, deleteScheduledJob, duplicateJob, getJob, getScheduledJob, listJobHardware, listJobs, listScheduledJobs,
  resumeScheduledJob, runJob, runScheduledJob, streamJobEvents, streamJobLogs, streamJobMetrics, suspendScheduledJob,
} from "@huggingface/hub";
import { all, hub, refusal, say } from "./client.mjs";

const space = { ...hub, namespace: "local" };
const spec = { dockerImage: "python:3.12", command: ["python", "-V"], flavor: "cpu-basic", timeoutSeconds: 600 };
const hanging = { ...spec, environment: { HANG: "1" } };

const hardware = await listJobHardware(hub);
say("hardware", hardware.find((item) => item.name === "a100-large"));
const job = await runJob({ ...space, ...spec, secrets: { TOKEN: "secret" }, labels: { app: "test" } });
say("started", { stage: job.status.stage, secrets: job.secrets, labels: job.labels });
const lines = await all(streamJobLogs({ ...space, jobId: job.id }));
say("logs", lines.map((line) => ({ message: line.message, dated: !isNaN(line.timestamp) })));
say("events", (await all(streamJobEvents({ ...space, jobId: job.id }))).map((item) => JSON.parse(item).stage));
say("ended", (await getJob({ ...space, jobId: job.id })).status.stage);
say("metricsOver", await refusal(() => all(streamJobMetrics({ ...space, jobId: job.id }))));

const held = await runJob({ ...space, ...hanging });
const metrics = streamJobMetrics({ ...space, jobId: held.id });
say("metrics", JSON.parse((await metrics.next()).value));
say("canceled", (await cancelJob({ ...space, jobId: held.id })).status.stage);
say("metricsEnd", await all(metrics));
const again = await duplicateJob({ ...space, jobId: job.id });
say("listed", (await listJobs(space)).map((item) => item.id === again.id || item.id === held.id || item.id === job.id));

const scheduled = await createScheduledJob({ ...space, jobSpec: hanging, schedule: "@daily" });
const jobId = scheduled.id;
await suspendScheduledJob({ ...space, jobId });
const suspended = (await getScheduledJob({ ...space, jobId })).suspend;
await resumeScheduledJob({ ...space, jobId });
say("schedules", (await listScheduledJobs(space)).map((item) => ({ schedule: item.schedule, suspended, now: item.suspend, flavor: item.jobSpec.flavor })));
const run = await runScheduledJob({ ...space, jobId });
say("runs", { first: run.type, second: await runScheduledJob({ ...space, jobId }) });
await cancelJob({ ...space, jobId: run.id });
await deleteScheduledJob({ ...space, jobId });
say("scheduleGone", await refusal(() => getScheduledJob({ ...space, jobId })));
say("unknown", await refusal(() => getJob({ ...space, jobId: "0123456789abcdef01234567" })));
