// usage: prof.mts workload [env...]; starts subgraphs+router with --cpu-prof, fires load, prints CPU per request
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync, mkdirSync, rmSync } from 'node:fs';
const R = process.env.ROOT ?? '/work/main';
const { workloadNamed } = await import(R + '/bench/router/workloads/workloads.ts');
const { composeSupergraph } = await import(R + '/bench/router/workloads/compose.ts');
const { openLoad } = await import(R + '/bench/router/harness/load.ts');
const { cpuMsOf } = await import(R + '/bench/router/harness/usage.ts');
const { freePort } = await import(R + '/bench/router/harness/process.ts');
const w = workloadNamed(process.argv[2] ?? 'light');
const sub = fork(R + '/bench/router/subgraphs/main.ts', [w.name], { execArgv: ['--import', 'tsx'] });
const [urls] = await once(sub, 'message') as any;
rmSync('/tmp/profdir', { recursive: true, force: true }); mkdirSync('/tmp/profdir');
writeFileSync('/tmp/profdir/sg.graphql', composeSupergraph(w, urls));
const port = await freePort();
const prof = process.env.PROF === '0' ? [] : ['--cpu-prof', '--cpu-prof-dir=/tmp/profdir/prof'];
const child = spawn(process.execPath, ['--max-semi-space-size=64', ...prof, '--import', 'tsx', R + '/scripts/router.ts', '--supergraph', '/tmp/profdir/sg.graphql', '--port', String(port)], { stdio: 'inherit', cwd: R, env: { ...process.env } });
const url = `http://127.0.0.1:${port}/graphql`;
for (;;) { try { await fetch(url, { method: 'POST', body: '{}' }); break; } catch { await new Promise(r => setTimeout(r, 100)); } }
const body = JSON.stringify(w.requests[Object.keys(w.requests)[0]]);
const load = openLoad();
const N = w.name === 'heavy' ? 1500 : 10000;
await load.fire({ url, body, connections: 10, amount: N });
for (let i = 0; i < 3; i++) { const b = cpuMsOf(child.pid!); await load.fire({ url, body, connections: 10, amount: N }); console.log('cpu ms/req', ((cpuMsOf(child.pid!) - b) / N).toFixed(4)); }
child.kill('SIGTERM'); await once(child, 'exit'); load.close(); sub.disconnect();
