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
doctor-store = the ledger { $ledger } in { $folder } has { $entries } entries
doctor-no-store = no store in { $folder } yet; `yumen version record` makes one, for change control and watching
doctor-ledger-keys = the keys of the ledger can be read
doctor-no-ledger-keys = the keys of the ledger are missing from { $folder }/keys; bring them back, without them nothing can be added
doctor-people = yumen.toml names { $people } people; none of their keys are here
doctor-people-keys = yumen.toml names { $people } people; here are the keys of { $here }
doctor-no-people = yumen.toml names nobody who may change something; `yumen key new NAME` begins that
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

# Change control.
help-change = Propose, approve, apply and take back changes
help-change-propose = Show what a change would do, and propose it
help-change-list = List changes, the newest first
help-change-show = Show one change
help-change-approve = Approve a change; it is signed with your keys
help-change-reject = Reject a change; it is signed with your keys
help-change-review = Review an emergency change afterwards
help-change-withdraw = Take your own proposal back
help-change-apply = Apply an approved change, or go on with one that stopped
help-change-undo = Take back a change that ended or stopped
help-change-number = Number of the change
help-change-open = Only those that somebody has to do something about
help-change-examples =
    Examples:
      yumen change propose --fix EXP-01 --reason "close management ports"
      yumen change approve 1 --comment "seen with the team"
      yumen change apply 1
      yumen change propose --rollback latest --group sg-…
help-propose-edits = Edits in a file: written by hand, by `yumen template` or by `yumen fix`
help-propose-fix = What `yumen fix` proposes, for one item or all
help-propose-rollback = Back to a version: its number, the beginning of its address, or `latest`
help-propose-group = Only this group goes back; for templates the group of a role, such as web=sg-…
help-propose-template = What a template renders, into the groups given by --group
help-propose-reason = Why, for those who approve
help-propose-until = When it undoes itself: a time, or a duration such as 2h
help-propose-emergency = Apply without approvals; expires, and somebody else reviews it
help-propose-dry-run = Only show what it would do
help-comment = What to write beside your decision
help-version-command = The network as it was: list, show, compare, record
help-version-list = List versions, the newest first
help-version-show = Write a version out as a snapshot directory
help-version-diff = Show what differs between two versions, in packets
help-version-record = Read the account and record it
help-version-name = Number of the version, beginning of its address, or `latest`
help-version-out = Directory to write to
help-version-reason = Why it is recorded
help-version-examples =
    Examples:
      yumen version record
      yumen version diff 1 latest
      yumen version show 3 --out before/
help-drift = Changes that nobody approved
help-drift-list = List drift and what was done about it
help-drift-examples =
    Examples:
      yumen drift list
help-exposure = Who opened what, when, until when
help-exposure-history = Show when a resource was open to the Internet
help-exposure-resource = Interface or instance
help-exposure-examples =
    Examples:
      yumen exposure history i-…
help-review = Record that you looked at the rules of a security group (GOV-01)
help-review-group = The security group
help-review-comment = What you found, or where it is written down
help-review-examples =
    Examples:
      yumen review sg-… --comment "ticket 4711"
help-watch = See what changes, and take back what nobody approved
help-watch-listen = Loopback address for /health and /metrics
help-watch-once = One round, then end
help-watch-check = Check the settings, then end
help-watch-examples =
    Examples:
      yumen watch
      yumen watch --listen 127.0.0.1:7181
      yumen watch --check-config
help-ledger = What happened, and proof that nobody rewrote it
help-ledger-show = Show entries
help-ledger-change = Only entries about this change
help-ledger-last = How many entries
help-ledger-prove = Prove that an entry is in the ledger
help-ledger-entry = Position of the entry
help-ledger-proof-out = File for the proof; the entry goes beside it
help-ledger-verify = Verify the ledger, or an export of it
help-ledger-from = Directory of an export
help-ledger-key = Key that has to have signed; the store's own where none is given
help-ledger-policy = Policy that says whose cosignatures count (C2SP tlog-policy)
help-ledger-offline = Ask nobody; verification never does
help-ledger-export = Write the ledger as tiles and checkpoint that anybody can verify
help-ledger-dir = Directory of the export
help-ledger-keys = Show the keys by which the ledger is verified
help-ledger-rotate = Make new keys for the ledger; the old ones sign them
help-ledger-cosign = Have a witness cosign the ledger
help-ledger-url = Address of the witness
help-ledger-witness-key = Key of the witness
help-ledger-witness = Be a witness of another ledger
help-witness-name = Name of the witness in its signatures
help-witness-log = Key of a ledger to watch
help-witness-listen = Address to listen at
help-ledger-examples =
    Examples:
      yumen ledger show --change 1
      yumen ledger export ledger/ && yumen ledger verify --from ledger/
      yumen ledger prove 12 --out entry.proof
help-store = Back up, restore and check the store
help-store-backup = Save everything into one file
help-store-restore = Bring everything back from a file
help-store-check = Compare everything with everything
help-store-rebuild = Compute index and tiles again from the entries
help-store-file = The backup
help-store-examples =
    Examples:
      yumen store backup yumen.backup
      yumen store check
help-key = Keys by which people sign
help-key-new = Make keys for a person
help-key-show = Show a person's public keys
help-key-name = Name of the person
help-key-examples =
    Examples:
      yumen key new wang
help-state = Folder of the store (YUMEN_STATE; by default ~/.local/state/yumen)
help-as = Who acts (YUMEN_PERSON; by default the only one with keys here)
help-keys = Folder of personal keys (YUMEN_KEYS; by default ~/.config/yumen/keys)
person-no-keys = there are no keys of `{ $person }` in `{ $path }`; `yumen key new { $person }` makes them
person-name = `{ $person }` cannot be a name: letters, digits, `-`, `_`, `.` and `@` only
person-nobody = nobody has keys in `{ $folder }`; `yumen key new NAME` makes them
person-several = several people have keys here; say who acts with `--as NAME`
propose-no-group = no security group `{ $group }` is there or was in that version; check its id
propose-one-group = give `--group` once; without it everything goes back
propose-template-group = nobody said which group plays `{ $role }`; add `--group ROLE=sg-…` for every role
propose-nothing = There is nothing to change.
propose-by-hand = { $count } findings are left to do by hand; `yumen fix` says how.
propose-done = Change { $number } is proposed.
propose-next-emergency = Next: yumen change apply { $number }   (without approvals; it undoes itself at { $until }, and somebody else reviews it)
propose-next = Next: yumen change approve { $number }   (by somebody else)
propose-forbidden = It breaks a mandatory item: no approval allows it, only a waiver does.
propose-until = `{ $value }` is no time to come; write for example `2h` or `2027-01-31T18:00:00Z`
decide-approved = { $person } approved change { $number }.
decide-rejected = { $person } rejected change { $number }.
decide-reviewed = { $person } reviewed change { $number }.
decide-withdrawn = Change { $number } is withdrawn.
decide-enough = Everybody who has to agree has agreed. Next: yumen change apply { $number }
decide-missing = Still missing:
apply-step = ✓ { $step }/{ $of }  { $edit }
apply-step-failed = ✗ { $step }/{ $of }  { $edit }
apply-done = Change { $number } is in force: { $steps } steps, version { $version }.
apply-undone = Change { $number } is undone: { $steps } steps, version { $version }.
apply-differs = Others changed something meanwhile: { $interfaces } interfaces are not as planned; see `yumen version diff`.
change-number = `{ $value }` is no number of a change; `yumen change list` shows them
version-written = Version { $version } is in { $directory } ({ $files } files). Next: yumen audit { $directory }
version-recorded = Version { $version } is recorded, score { $score }.
version-same = Version { $version } is recorded already, score { $score }.
version-unknown = there is no version `{ $version }` among { $count }; `yumen version list` shows them
ledger-empty = The ledger is empty.
ledger-entry-number = `{ $value }` is no entry of the ledger; `yumen ledger show` shows them
ledger-no-keys = there are no keys of a ledger in `{ $folder }`; say by `--key` whose signature counts, `yumen ledger keys` shows it where the ledger is kept
ledger-proved = The proof that entry { $entry } is in the ledger is in { $proof }, the entry itself in { $bytes }.
ledger-verified =
    { $entries } entries, the last of { $last }. Every signature, entry and tile is as it should be.
    Root { $root }
ledger-broken = The ledger is not what was signed: { $place }: { $why }
ledger-last = `{ $value }` is no number of entries
ledger-no-export = there is no export in `{ $path }`; `yumen ledger export` writes one
ledger-exported = { $entries } entries are in { $directory }, { $files } files written. Anybody can verify them: docs/ledger.md
ledger-rotated = The old keys signed the new ones. Give these to whoever verifies:
ledger-cosigned = { $witness } cosigned the ledger with { $size } entries.
witness-ready = Witness of { $logs } keys at { $url }. Its keys:
store-backed-up = { $rows } rows are in { $path } ({ $bytes } bytes).
store-restored = { $rows } rows are back from { $path }.
store-rebuilt = Index and tiles of { $entries } entries are computed again.
store-checked = { $entries } entries checked, { $differences } differences.
review-done = { $person } reviewed { $group } with its { $rules } rules.
key-made = Keys are in { $path }, readable by you alone. With YUMEN_KEY_PASSPHRASE set they would be encrypted.
key-made-encrypted = Keys are in { $path }, encrypted with the passphrase.
key-next = Add this to yumen.toml, with the roles that fit:
watch-config-good = The settings are good.
watch-listens = Health and metrics at http://{ $address }
watch-waits = Another watch of this account holds the store; waiting.
watch-follows = Following the cloud's trail, and reading everything again from time to time.
watch-polls = Reading everything again every { $seconds } seconds.
watch-modes = What breaks a mandatory item: production { $production }, test { $test }.
watch-reloaded = The settings are read anew.
watch-not-reloaded = the settings in force stay as they were; correct the file, then send SIGHUP again
watch-loopback = `{ $value }` is no loopback address; health and metrics are for this machine only
happened-recorded = { $time } drift { $number } recorded: it breaks nothing
happened-proposed = { $time } drift { $number }: opened without approval
happened-contained = { $time } drift { $number }: opened without approval, closed again
happened-escalated = { $time } drift { $number }: a person has to decide
happened-expired = { $time } change { $number } ended and is undone
happened-failed = { $time } not done, and a person has to look:
happened-checked = { $time } daily check
happened-audited = { $time } quarterly audit

# The story of the demo.
help-audit-only = Only the audit, without the story of a change
story-title = Now the story of a change, and of one that nobody approved
story-recorded = The network is recorded as version 1.
story-recorded-how = Score { $score }. The ledger has its first entries; each is signed with Ed25519 and ML-DSA-44.
story-proposed = li proposes what `yumen fix` found, and sees what it would do before anybody is asked.
story-reason-fix = close remote desktop and databases to the world
story-approved = Change { $number } needs others to agree.
story-comment = seen
story-signed = { $person } approves, and signs exactly these edits on exactly this version.
story-applied = Change { $number } is applied: { $steps } steps.
story-applied-how = Their order was proven: no step on the way opens what neither end permits, or interrupts what both do. Each was written down before it was sent, and read back.
story-opened = Somebody in a hurry opens every port of { $machine } to the world, past all of this.
story-contained = The watch saw it and closed it again after { $milliseconds } ms.
story-not-contained = The watch did not close it in time.
story-who = It was { $user }, from { $address }, by { $action }; the ledger keeps that.
story-rest = What is left of it goes back as change { $number }, like any other change.
story-rest-done = Applied: { $steps } steps. The network is as it was approved.
story-back = Back to version 1?
story-back-refused = No approval allows that: it would open again what a mandatory item forbids. Only a waiver could.
story-verified = The ledger is verified: { $entries } entries.
story-verified-how = From an export that anybody can check without Yumen: docs/ledger.md.
story-tampered = With a single bit of a single entry changed, the same check fails.
story-tampered-unseen = A changed bit was not seen: do not trust this ledger.
story-end = Everything of it is in { $state }/. Look around: yumen change list --state { $state } · yumen ledger show --state { $state } · yumen drift list --state { $state }

# Notices.
help-notify = Whom the watch tells
help-notify-list = List the channels of yumen.toml
help-notify-test = Send a test notice over a channel
help-notify-name = Name of the channel, as in `[notify.NAME]`
help-notify-examples =
    Examples:
      yumen notify list
      yumen notify test ops
notify-none = No channel is set up; docs/notify.md says how.
notify-unknown = there is no channel `{ $name }`; there are: { $names }
notify-delivered = The test notice arrived at `{ $name }`.
notify-not-delivered = The test notice did not arrive at `{ $name }`:
help-store-clean = Remove old versions: all stay for 14 days, then one a day, a week, a month
store-cleaned = { $versions } old versions and { $chunks } pieces that only they needed are gone; the ledger keeps that they were.
demo-not-ours = `{ $folder }` is there already and is not the demo's; move it away, or use `--out`
