// A client by the types that openapi-typescript makes of the document. It is type-checked and not run. What is marked at
// the end as an expected error has to be one, else the check fails.
import type { components, operations, paths } from "./api";

type Job = components["schemas"]["Job"];
type Jobs = paths["/api/v2/jobs"]["get"]["responses"]["200"]["content"]["application/json"];
type NewJob = NonNullable<operations["createJob"]["requestBody"]>["content"]["application/json"];
type Problem = components["schemas"]["Error"];

const base = "http://127.0.0.1:8000";

async function listJobs(query: NonNullable<operations["listJobs"]["parameters"]["query"]>): Promise<Jobs> {
  const words = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const answer = await fetch(`${base}/api/v2/jobs?${words}`);
  if (!answer.ok) {
    const problem = (await answer.json()) as Problem;
    throw new Error(`${problem.code}: ${problem.message}`);
  }
  return (await answer.json()) as Jobs;
}

async function createJob(job: NewJob, token: string): Promise<Job> {
  const answer = await fetch(`${base}/api/v2/jobs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(job),
  });
  const made = (await answer.json()) as operations["createJob"]["responses"]["201"]["content"]["application/json"];
  return made.data;
}

export async function story(token: string): Promise<string[]> {
  const made = await createJob(
    {
      title: "Mend a dripping tap",
      description: "It drips day and night.",
      category: "plumbing",
      budget: 120,
      location: { lat: 51.5, lng: -0.14 },
      status: "posted",
    },
    token,
  );
  const budget: number = made.budget;
  const found = await listJobs({ status: ["posted"], minBudget: budget });
  return found.data.map((job) => `${job.title} in ${job.location.lat}, ${job.location.lng}: ${job.user.name}`);
}

// @ts-expect-error: there is no such category
export const wrongCategory: NewJob["category"] = "rocketry";
// @ts-expect-error: a budget is a number
export const wrongBudget: Job["budget"] = "120";
// @ts-expect-error: what a job has not got
export const nothing = (job: Job) => job.colour;
// @ts-expect-error: not a parameter of the list
export const wrongQuery = () => listJobs({ colour: "red" });
