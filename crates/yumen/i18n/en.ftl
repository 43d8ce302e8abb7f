# Help
help-template-commands =
    {"{about}"}

    Usage: {"{usage}"}

    Commands:
    {"{subcommands}"}

    Options:
    {"{options}"}{"{after-help}"}
help-template-options =
    {"{about}"}

    Usage: {"{usage}"}

    Options:
    {"{options}"}{"{after-help}"}
help-template =
    {"{about}"}

    Usage: {"{usage}"}

    Arguments:
    {"{positionals}"}

    Options:
    {"{options}"}{"{after-help}"}
help-yumen = Tells exactly what is reachable in an Alibaba Cloud network, and proves it with a packet
help-yumen-examples =
    Examples:
      yumen demo                          see it all on a built-in estate
      yumen doctor                        can this account be collected
      yumen audit aliyun://               collect a live account and audit it
      yumen audit snapshot/               what can the Internet reach, and why
      yumen explain snapshot/ --from internet --to i-bp1… --port tcp/22
      yumen diff monday/ tuesday/         what opened, what closed

    Exit codes: 0 clean, 2 wrong input, 3 something is open that should not be.
help-version = Print the version
help-help = Print help
help-lang = Language: zh or en (default: from the locale)
help-color = Colour: auto, always, never (default: auto; NO_COLOR is honoured)
help-audit = Audit a snapshot: what is open, latent or unknown, by which rule, to whom
help-audit-examples =
    Examples:
      yumen audit snapshot/
      yumen audit snapshot/ --all
      yumen audit snapshot/ --format json > audit.json
      yumen audit snapshot/ --trusted 198.51.100.0/24 --fail-on any
help-explain = Explain one packet, or a file of packets: the verdict and every hop with what decided
help-explain-examples =
    Examples:
      yumen explain snapshot/ --from internet --to i-bp1… --port tcp/22
      yumen explain snapshot/ --from 10.0.1.5 --to eni-bp1… --port tcp/3306
      yumen explain snapshot/ --batch packets.jsonl

    A line of a batch: {"{"}"source":"203.0.113.9","destination":"10.0.1.5","protocol":"tcp","destination_port":22{"}"}
help-diff = Show which packets a change of the network opened and closed
help-diff-examples =
    Examples:
      yumen diff monday/ tuesday/
      yumen diff monday/ tuesday/ --format json

    Exit code 3 if anything opened to the Internet.
help-demo = Collect the built-in demo estate from a simulated cloud, over the wire, and audit it
help-demo-examples =
    Examples:
      yumen demo
      yumen demo --lang zh --all
      yumen demo --out /tmp/estate
help-completions = Print completions for a shell
help-completions-examples =
    Examples:
      yumen completions bash > /etc/bash_completion.d/yumen
help-dir = Snapshot directory: <region>/<product>/<Action>.json as the aliyun command line prints them
help-format = Output: text, json (default: text)
help-all = Show everything, not only the first screen
help-fail-on =
    Exit with 3 on:
      unexpected  open or unknown beyond what is declared (undeclared: tcp/80, tcp/443; default)
      open        the same, but what is unknown does not count
      any         anything open, web ports too
      latent      what is unexpected, and what is latent
      critical, high, medium, low  findings of that severity and worse
      never       nothing

    A broken rule of yumen.toml and a waiver that is over fail too.
help-as-of = Judge as of this time (ISO 8601; default: when the snapshot was collected)
help-config = What you declare: roles, environments, trusted networks (default: DIR/yumen.toml, else ./yumen.toml)
help-waivers = Findings that somebody answers for (default: DIR/waivers.toml, else ./waivers.toml)
help-baseline = An earlier report (--format json): only what is new in this one fails
help-previous = The last report (--format json): how the score went and what changed since
help-trusted = A network that is not the Internet: an office, a partner (may be repeated)
help-from = Source: an address, an interface, or `internet` for any address of it
help-to = Destination: an interface, an instance, or a private address
help-port = Service: tcp/22, udp/53, icmp, gre, or a protocol number; the port is the one at the interface
help-vpc = VPC of the destination, where several have the address
help-batch = Answer a file of packets, one JSON object a line (`-` for standard input)
help-out = Directory to write the demo estate to
help-shell = The shell: bash, zsh, fish, elvish, powershell

# What to type next
next-explain = Why is { $name } open? { $command }
next-all = Everything in detail: { $command }
demo-written = A simulated Alibaba Cloud with the demo estate, an e-commerce company, was collected with { $requests } requests into { $files } files in { $directory }/.

# Explanations
explain-headline = { $verdict }: { $packet } ({ $machine })
explain-entry = the client connects to { $address } port { $port }
explain-decided = Decided by: { $by }
explain-reply-blocked = The packet arrives, but a network ACL stops the reply.
explain-unconfirmed = Unconfirmed: { $what } was not read and could stop it.

# What went wrong
failure-entangled = the rules are too entangled to analyse exactly: { $error }
failure-file = cannot read or write `{ $path }`: { $error }; check the path and your permissions
failure-closed = the output was closed
failure-settings = { $count ->
    [one] `{ $path }` has 1 problem; nothing was judged
   *[other] `{ $path }` has { $count } problems; nothing was judged
}
failure-report = `{ $path }` is no report of `yumen audit --format json`: { $error }
failure-trusted = `{ $value }` is not a network; write it as 198.51.100.0/24
failure-as-of = `{ $value }` is not a time; write it as 2026-03-18T02:30:00Z
failure-port = `{ $value }` is not a service; write tcp/22, udp/53, icmp, gre or a protocol number
failure-destination = no interface, instance or private address `{ $value }` is in the snapshot; `yumen audit --all` lists them
failure-ambiguous = several VPCs have the address `{ $value }`; add --vpc, or "vpc" in a batch
failure-source = `{ $value }` is no address and no interface of the snapshot; write an address, an interface or `internet`
failure-address = `{ $value }` is not an address
failure-families = the source `{ $value }` and the destination are of different families
failure-missing-option = { $option } is missing; `yumen explain --help` shows examples
failure-batch-line = line { $line } is not a JSON object
failure-batch-field = the field `{ $field }` is missing or not a text
failure-batch-port = the field `{ $field }` holds `{ $value }`, which is not a port

# What is wrong with the arguments
usage-unknown-argument = `{ $argument }` is no option; `yumen --help` shows what there is
usage-unknown-command = `{ $command }` is no command; `yumen --help` shows what there is
usage-missing-value = { $argument } needs a value
usage-bad-value = `{ $value }` does not fit { $argument }
usage-bad-choice = `{ $value }` does not fit { $argument }; it takes { $expected }
usage-missing = missing: { $argument }
usage-conflict = { $argument } cannot be used with { $other }
usage-other = { $error }; `yumen --help` shows what there is

# A simulated cloud
help-lab = Run a simulated Alibaba Cloud that the official SDKs can talk to
help-lab-examples =
    Examples:
      yumen lab                                 the demo estate at http://127.0.0.1:7180
      yumen lab --estate empty --export after/  begin with nothing, keep what was made
      yumen lab --chaos seed=7,latency=5+40,throttle=0.1,error=0.05,reset=0.05,half=0.02,churn=0.1,lag=300
      yumen lab --deny slb:Describe*            take a right away from the access key

    Ctrl-C ends it. What is assumed of the real cloud stands in docs/lab.md.
help-estate = What exists in it: demo, empty, or a snapshot directory (default: demo)
help-listen = Where to listen (default: 127.0.0.1:7180)
help-tls-cert = Serve HTTPS with this certificate chain (PEM)
help-tls-key = The certificate's private key (PEM)
help-chaos = What goes wrong on purpose: seed, latency=LEAST+MEAN (ms), throttle, error, reset, half, churn (shares of calls), lag (ms), skew (s)
help-limit-window = Length of a window of the request limits, in ms (default: 60000; 0 for no limits)
help-deny = An action that the access key may not call, such as slb:Describe* (may be repeated)
help-export = Write what exists at the end as a snapshot directory
lab-ready =
    A simulated Alibaba Cloud ({ $estate }) answers at { $url }. Point clients at it:

      export YUMEN_ALIYUN_ENDPOINT={ $url }
      export ALIBABA_CLOUD_ACCESS_KEY_ID={ $id } ALIBABA_CLOUD_ACCESS_KEY_SECRET={ $secret }

    Ctrl-C ends it.
lab-ended = { $requests } requests answered, { $throttled } of them throttled; { $changes } changed something.
failure-listen = cannot serve at { $address }: { $error }; choose another address with --listen, or check certificate and key
failure-estate = `{ $path }` cannot be loaded: { $error }; it must hold what the API answers
failure-chaos = `{ $part }` is not understood; `yumen lab --help` shows what can go wrong on purpose
failure-window = `{ $value }` is not a number of milliseconds
failure-address-port = `{ $value }` is not an address with a port; write it as 127.0.0.1:7180

# Live accounts
help-collect = Collect a live account into a snapshot directory
help-collect-examples =
    Examples:
      yumen collect --out monday/
      yumen collect --profile prod --regions cn-hangzhou,cn-shanghai --out monday/
      yumen collect --accounts accounts.txt --out monday/

    Credentials are found as the aliyun command line finds them; none is ever taken as an argument.
    A line of a file of accounts: NAME acs:ram::<account>:role/<role> [EXTERNAL-ID], or NAME profile=<profile>.
    Interrupted? The same command goes on where it stopped.
help-profile = Profile of ~/.aliyun/config.json or ~/.alibabacloud/credentials (default: the usual chain)
help-regions = Regions, joined by commas (default: all that the account has)
help-accounts = Collect several accounts side by side, each into a directory of its own
help-collect-out = Directory for the snapshot (default: yumen-snapshot)
help-endpoint = Send every product to one address, such as http://127.0.0.1:7180 (also YUMEN_ALIYUN_ENDPOINT)
help-dir-or-account = Snapshot directory, or a live account: aliyun://[PROFILE][?regions=REGION,…]
help-audit-out = Directory for the snapshot of a live account (default: yumen-<account>-<time>)
help-doctor = Check credentials, clock, rights and endpoints, and say what to do
help-doctor-examples =
    Examples:
      yumen doctor
      yumen doctor --profile prod --regions cn-hangzhou
      yumen doctor --ram-policy read     the least policy for collecting
      yumen doctor --ram-policy write    the least policy for carrying edits out

    Exit codes: 0 well, 2 nobody may ask, 3 something is missing.
help-ram-policy = Print the least RAM policy for: read, write
collect-summary =
    Account { $account }, { $regions } regions, as { $caller }: { $files } files in { $directory }/.
    { $requests } requests, { $repeated } of them repeated, { $throttled } throttled.
collect-kept = { $files } files were there from an earlier run.
collect-more-gaps = and { $number } more; manifest.json names them all
collect-next = Audit it: yumen audit { $directory }
collect-account-failed = account `{ $account }`: { $why }
failure-endpoint = `{ $value }` is not an address; write it as http://127.0.0.1:7180
failure-live-address = `{ $value }` is not understood; write it as aliyun://profile?regions=cn-hangzhou,cn-shanghai
failure-accounts = `{ $path }`, line { $line }: expected NAME acs:ram::<account>:role/<role> [EXTERNAL-ID], or NAME profile=<profile>, each name once
failure-worker = the collection ended unexpectedly; please report this with what was printed above
doctor-version = yumen { $version }, snapshot layout 1
doctor-directory = snapshots can be written here
doctor-no-directory = nothing can be written here ({ $error }); go to a directory that is yours
doctor-identity = account { $account } as { $caller }, { $regions } regions
doctor-clock = the clock is right ({ $seconds } s from the cloud's)
doctor-clock-off = the clock is { $seconds } s from the cloud's; set it, for requests fail from 900 s on
doctor-clock-far = the clock is { $seconds } s from the cloud's; set it, for requests are refused
doctor-unasked = `{ $permission }` cannot be asked for without knowing a resource; a collection will show it
doctor-rights = { $number } rights are there, asked in { $region }
doctor-well = All is well. Next: yumen collect --out snapshot/
doctor-ill = Something is missing. `yumen doctor --ram-policy read` prints the policy that collecting takes; what stays missing becomes a gap of the snapshot.

# Fixes
help-fix = Propose the smallest changes that close what was found, each proven in packets; applies nothing
help-fix-examples =
    Examples:
      yumen fix snapshot/
      yumen fix snapshot/ --item EXP-03 --item EXP-04
      yumen fix snapshot/ --format aliyun-cli > fix.sh
      yumen fix snapshot/ --format terraform > fix.tf

    Exit code 3 if something is left to do by hand.
help-item = Only this item, such as EXP-03 (may be repeated)
help-fix-format = Output: text, json (edits), terraform, aliyun-cli (commands; default: text)
next-fix = The same as commands to type: { $command }
fix-script = Read before running. Each command was tried on the snapshot only
fix-no-command = needs more than the snapshot tells: change it in the console
failure-item = `{ $item }` is no item; nearest: { $nearest }; `yumen item list` shows all

# Templates
help-template-command = Proven set-ups: list them, render one as rules, compare an estate with one
help-template-command-examples =
    Examples:
      yumen template list
      yumen template show sandbox
      yumen template render web --set bastion=10.0.200.0/24 --sector finance --format terraform
      yumen template render sandbox --set production=10.1.0.0/16 --set until=2027-01-31 --set owner=li
      yumen template check web snapshot/ --bind web=tag:tier=web --bind app=tag:tier=app --bind data=tag:tier=data

    Exit codes of check: 0 as the template has it, 2 wrong input, 3 departs from it.
help-template-list = List scenarios and sectors
help-template-show = Show one with its parameters, roles and limits
help-template-render = Render one with your values: groups and rules, edits, or the part of yumen.toml
help-template-check = Compare a snapshot with one, in packets, intents and items
help-template-name = Name of the template; `yumen template list` shows all
help-sector = Make it stricter for: finance, medical, government
help-set = Set a parameter (may be repeated); `yumen template show NAME` explains them
help-template-format = Output: terraform, edits (JSON), toml (default: terraform)
help-template-group = Id of the group that a role has already, such as web=sg-… (may be repeated)
help-bind = Machines that play a role, such as app=tag:tier=app (may be repeated; default: the role of that name in yumen.toml)

help-report-format = Output: text, json, html, sarif, ocsf, junit, csv, markdown (default: text)

# Items and frameworks
help-item-command = The catalogue of 47 items: what each checks, why, and how to put it right
help-item-command-examples =
    Examples:
      yumen item list
      yumen item show EXP-03
      yumen item show LAT-05 --lang zh --format json
help-item-list = List all items with severity, title and fix
help-item-show = Show the page of one item and the clauses that it speaks for
help-item-name = Name of the item, such as EXP-03; `yumen item list` shows all
help-compliance = Show a snapshot clause by clause of a framework: results, evidence, and what a network cannot show
help-compliance-examples =
    Examples:
      yumen compliance snapshot/
      yumen compliance snapshot/ --framework mlps3
      yumen compliance snapshot/ --framework pci --format markdown

    Exit code 3 if a clause fails. What passes here is evidence and no legal verdict.
help-framework = Framework: mlps3, csl, cis, gdpr, pci (default: one line for each)
help-compliance-format = Output: text, json, markdown (default: text)
next-compliance = Clause by clause: { $command }
next-compliance-item = What an item checks and how to put it right: { $command }

# A first yumen.toml
help-init = Write a first yumen.toml: roles, environments, zones and trusted networks, guessed with reasons
help-init-examples =
    Examples:
      yumen init snapshot/
      yumen init snapshot/ --config-out prod.toml
      yumen init aliyun://prod --out monday/ --lang zh

    What is only possible is written as a comment. Read the file before you judge by it.
help-init-dir = Snapshot directory, or a live account: aliyun://[PROFILE][?regions=REGION,…] (default: .)
help-config-out = The file to write (default: ./yumen.toml)
help-force = Overwrite the file if it is there
init-written = { $path } is written: a first guess, each line with its reason
init-nothing = The snapshot holds no machine, so the file only says what would be in it.
init-roles = roles
init-environments = environments
init-zones = zones
init-trusted = trusted
init-questions = questions
init-row = { $what }: { $entries }
init-none = nothing
init-count = { $what } { $count }
init-questions-text = { $count }, written as comments: take the # away to say yes
init-machines = { $machines } machines; without a role: { $role }, without an environment: { $environment }
init-next = Read it, correct it, then: { $command }
failure-init-exists = `{ $path }` is there already; name another file with --config-out, or overwrite it with --force
