# Verdicts, breadths and fates
verdict-open = open
verdict-latent = latent
verdict-unknown = unknown
verdict-closed = closed
breadth-world = the world
breadth-broad = broad
breadth-named = named networks
fate-effective = effective
fate-shadowed = shadowed
fate-redundant = redundant
fate-contradicted = contradicted
fate-dangling = dangling
fate-unattached = unattached
fate-unknown = unknown

# The audit
audit-title = Yumen audit · { $regions } · as of { $time }
audit-time-unknown = an unknown time
audit-not-looked-at = Not looked at: { $what }
listings-lists = prefix and port lists
listings-networks = VPCs, vSwitches, network ACLs and routes
listings-public = EIPs, NAT gateways and IPv6 bandwidth
listings-balancers = load balancers
listings-connections = connections to other networks
audit-databases = managed databases ({ $count } listed)
audit-other-products = other products
audit-gap-count = { $count ->
    [one] 1 thing could not be read; what it could change is called unknown
   *[other] { $count } things could not be read; what they could change is called unknown
}
audit-headline = { $every ->
    [0] The Internet can reach { $open } of { $instances } instances on { $ports } ports.
   *[other] The Internet can reach { $open } of { $instances } instances on { $ports } ports; { $every } with every port open.
}
audit-headline-none = { $instances ->
    [one] The Internet does not reach the one instance.
   *[other] The Internet reaches none of { $instances } instances.
}
audit-headline-more = { $latent } more are latent: open by their rules, without a way in today. { $unknown } more are unknown.
audit-causes = Causes, worst first
audit-web = Open on the web ports 80 and 443 only
audit-named = Open to named networks only
audit-ordinary = Also open, as is usual: { $web } interfaces on ports 80 and 443 only, { $named } to named networks only.
audit-latent = Latent: open by the rules, no way in today
audit-unknown = Unknown: what was not read could open these
audit-unread-cause = not read
audit-more-causes = … and { $count } more: add --all
audit-more-gaps = … and { $count } more: add --all
audit-rules = Rules
audit-fates = Of { $rules } rules { $effective } are effective, { $shadowed } shadowed, { $redundant } redundant, { $contradicted } contradicted, { $dangling } dangling, { $unattached } in groups attached to nothing.
audit-stale = { " " }{ $count ->
    [one] 1 group has not changed for 90 days.
   *[other] { $count } groups have not changed for 90 days.
}
audit-by = by { $by }
audit-gaps = Not read

# Services and witnesses
service-all = every port, every protocol
service-every-port = { $protocol } every port
service-other = other protocols
witness = witness { $protocol } { $source } → { $target }
witness-dnat = witness { $protocol } { $source } → { $target } (DNAT)
witness-listener = witness { $protocol } { $source } → { $target } (listener)

# Hops and what decided
hop-line = { $at }: { $what } — { $by }
hop-passes = passes
hop-stops = stops
hop-no-edge = way in
hop-eip = EIP { $id } { $address }
hop-public-address = public address { $address }
hop-ipv6 = IPv6 Internet bandwidth
hop-dnat = DNAT { $gateway } { $id }
hop-listener = load balancer { $balancer } { $id }
hop-routes = connection { $id }
hop-source-groups = security groups of { $id }, outgoing
hop-source-acl = network ACL { $id }, outgoing
hop-destination-acl = network ACL { $id }, incoming
hop-destination-groups = security groups of { $id }, incoming
decider-rule = rule { $rule } of { $group }, { $place }
decider-inner-access = inner access of { $group } lets its members reach each other
decider-default = the invisible default
decider-default-in = no rule matches; by default nothing comes in
decider-default-out = no rule matches; by default everything goes out
decider-default-out-advanced = no rule matches; in an advanced group nothing goes out by default
decider-acl-entry = entry { $entry } of { $acl }, { $place }
decider-acl-default = no entry of { $acl } matches
decider-bound = bound and in use
decider-no-acl = no network ACL is bound
decider-same-vswitch = same vSwitch, not filtered
decider-platform-address = platform address, not filtered
decider-cut-through = EIP in cut-through mode, not filtered
decider-balancer-assumed = forwarded by the load balancer; assumed to pass
decider-unread = { $what } not read
decider-no-path = no way from the source to this interface
decider-inactive = { $id } carries no packets now
decider-listener-access = access control of listener { $listener }
decider-route = routes of { $vpc }
control-group-rules = rules of group { $id }
control-rule = rule { $id }
control-network-acl = network ACL { $id }
control-access-list = access list { $id }
control-listener = access control of listener { $id }
control-routes = routes of { $id }
control-listing = { $what } of { $region }

# Differences
diff-none = No difference: both snapshots permit the same packets.
diff-headline = { $interfaces } interfaces differ. To the Internet: { $opened } open something, { $closed } close something.
diff-internet-opened = opens to the Internet
diff-internet-closed = closes to the Internet
diff-ingress-opened = rules let in
diff-ingress-closed = rules keep out
diff-egress-opened = rules let out
diff-egress-closed = rules keep in

# The report
report-score = Score { $score } of 100 · { $band } · { $unclamped } before clamping{ $trend }
report-score-before = { " " }· { $score } on { $time }
report-verdicts = Of 47 items { $fail } fail, { $latent } are latent, { $unknown } unknown, { $unassessed } not assessed, { $pass } pass. { $rate } of { $checks } checks pass.
report-waived = { $count ->
    [one] 1 finding is waived; without waivers the score is { $score }.
   *[other] { $count } findings are waived; without waivers the score is { $score }.
}
report-expired = { $place }: the waiver of { $owner } ended on { $until } and covers nothing any more.
report-new = { $count ->
    [0] Nothing is new since the baseline.
    [one] 1 finding is new since the baseline.
   *[other] { $count } findings are new since the baseline.
}
report-no-settings = No yumen.toml was found, so roles, environments and trusted networks are not known: `yumen init` writes a first one.
report-items = Items, by points taken
report-more-items = … and { $count } more: add --all
report-intents = Your own rules that do not hold
report-intent = { $rule }  ({ $count }×, { $place })
band-danger = danger
band-risk = at risk
band-fair = fair
band-good = good
severity-critical = critical
severity-high = high
severity-medium = medium
severity-low = low
status-open = open
status-unknown = unknown
status-latent = latent
item-pass = pass
item-nothing = nothing to check
item-not-assessed = not assessed
item-latent = latent
item-unknown = unknown
item-fail = fail

# Fixes
fixes-headline = { $fixes } fixes with { $edits } edits for { $findings } findings; each was tried on the snapshot: nothing opens, and only what is named closes
fixes-by-hand = Left by hand
fixes-closes = closes { $what }
fixes-also = closes packets that nobody can send as well
step-add-rule = + { $group }: { $rule }
step-remove-rule = − { $group }: { $rule } ({ $id })
step-replace-rule = ~ { $group }: { $rule } ({ $id })
step-inner-drop = ~ { $group }: members reach each other by rules only
step-inner-accept = ~ { $group }: members reach each other whatever the rules say
step-remove-forward = − { $gateway }: DNAT entry { $entry }
step-add-forward = + { $gateway }: DNAT { $external } → { $internal } ports { $ports }
step-unbind = − EIP { $eip } is unbound
step-token = ~ { $name }: the metadata service requires a token
step-flow-log = + flow log of { $resource }
step-tags = ~ { $resource }: { $tags }
step-join = + { $interface } joins { $group }
step-leave = − { $interface } leaves { $group }
step-acl = ~ network ACL { $acl }
step-list = ~ prefix list { $list }
step-snat = ~ SNAT entries of { $gateway }
step-listener = ~ { $balancer } { $listener }: who may connect
# The page
html-brand = Yumen
html-title = Yumen report · { $regions } · { $time }
html-skip = Skip to the summary
html-contents = Contents
html-account = Account
html-regions = Regions
html-time = As of
html-filter = Show only rows with
html-more = … and { $count } more; `yumen audit DIR --format json` has all of them.
html-new = new
html-first = First: { $what }.
html-first-why = Details
html-score = Score
html-score-title = Score { $score } of 100: { $band }
html-score-below = All findings together take { $taken } points; 1 is the lowest score. Without that floor it would be { $unclamped }. The parts show what took how much.
html-score-parts = What is missing from the ring was taken off, by kind of finding.
html-rate = Compliance rate
html-rate-of = { $passed } of { $checks } checks pass
html-trend-score = Score over time
html-trend-rate = Compliance rate over time
html-no-trend = With --previous REPORT.json, a report of --format json, the trend stands here.
html-deductions = What took the most points
html-deductions-rest = … and { $count } more, together −{ $points }.
html-reason-surface = Everything that the Internet reaches, declared or not
html-reason-lateral = What neighbours reach among each other
html-reason-gaps = What could not be read
html-reason-essential = Interfaces, instances or groups that are not all there
html-intents-broken = { $count ->
    [one] 1 of your own rules does not hold.
   *[other] { $count } of your own rules do not hold.
}
html-disclaimer = Compliant here means that the checks of this report passed. It is no legal verdict on compliance and replaces no assessment; a network configuration shows only part of each clause. The score is Yumen's own and not the overall score of an MLPS assessment.
html-made-by = Made by Yumen from a snapshot of the network configuration, without a packet sent.
html-settings-file = Judged by
html-content-address = Snapshot
html-entries = What to put right
html-entries-lead = Worst first. Findings with one cause are one entry: change that rule and all of them are gone.
html-entries-none = Nothing is wrong. Each finding would stand here with the rule that causes it, a packet that proves it, and a fix.
html-opens = { $verdict ->
    [open] Opens { $services } to { $scope }.
    [latent] Would open { $services } to { $scope }; there is no way in today.
   *[unknown] May open { $services } to { $scope }, for all that was read.
}
html-items = Items
html-item = Item
html-machines = Machines
html-place = Where
html-description = Note
html-proof = Proof
html-fix = Fix
html-witness = witness { $packet }
html-way = Why
html-fix-narrow = The offending packets are taken from the rule, and nothing else changes.
html-fix-remove-rule = The rule is removed: it decides nothing that should stay.
html-fix-set = Something is set, added or taken away beside the rules.
html-fix-by-hand = Needs a decision that no program can take.
html-fix-page = How to decide
html-entry-findings = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
html-more-under-items = … and { $count } more, under their items:
html-finding = Finding
html-status = Status
html-severity = Severity
html-points = Points
html-exposures = Exposures
html-exposures-lead = Each machine that the Internet reaches or could reach: on which ports, for whom, by which entry. Unfold a row for the packet and its way.
html-exposures-none = The Internet reaches no machine. Each that it reaches would stand here with its open ports and a packet that proves it.
html-by-entries = by entry
html-by-none = no finding
html-by-waiver = waived
html-from = from { $sources } ({ $breadth })
html-unread = Not read, and it could change this: { $what }
html-map = Map
html-map-lead = From the Internet on the left to data and management on the right. Interfaces with the same groups and exposure are one box.
html-all-items = All items
html-all-items-lead = The 47 mandatory checks by family. Unfold one for its findings, how it is decided, and what it does not see.
html-item-findings = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
html-item-checks = { $count } checked
html-item-rate = { $passed } of { $checks } checked resources are as they should be.
html-item-waived = { $count ->
    [one] 1 finding is waived.
   *[other] { $count } findings are waived.
}
html-not-assessed = Not assessed: { $why }.
html-intents = Your own rules
html-intents-lead = What must never, only or always be reachable, as declared under [[intent]] in yumen.toml.
html-intents-none = No rules of your own are declared. Write for example `never internet -> role:data` under [[intent]] in yumen.toml.
html-intent-holds = holds
html-intent-broken = does not hold
html-intent-checked = { $checked } interfaces checked, { $broken } violations.
html-frameworks = Frameworks
html-frameworks-lead = Clause by clause: the items that speak for it, the result, and what a network configuration cannot show of it.
html-framework = { $failing } of { $clauses } clauses fail · score by its items { $score } · { $rate } of checks pass
html-clause = Clause
html-clause-title = Requirement
html-result = Result
html-not-shown = Not shown by a configuration
html-high-risk = high-risk
html-rules = Fates of rules
html-rules-lead = Rules that decide nothing, or lose, with what decides in their place.
html-rules-none = No rules were read. Each rule that decides nothing would stand here.
html-rules-all-effective = Every rule decides something.
html-rule = Rule
html-direction = Direction
html-ingress = in
html-egress = out
html-fate = Fate
html-decided-by = Decided by
html-elsewhere = { $fate } on { $count ->
    [one] 1 interface:
   *[other] { $count } interfaces, such as
}
html-waivers = Waivers
html-waivers-lead = Findings that somebody answers for until a day. They are counted, shown, and end.
html-waivers-none = Nothing is waived. A waiver stands in waivers.toml with items, resources, owner, reason and last day.
html-waiver-what = For
html-owner = Owner
html-reason = Reason
html-until = Until
html-covers = Covers
html-covered = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
html-expired = ended
html-ports = Ports:
html-sources = Sources:
html-gaps = Not read
html-gaps-lead = What could not be read or understood. Whatever it could change is called unknown, never closed.
html-gaps-none = Everything that was collected could be read.
html-gap = What is missing
html-changes = Changes
html-changes-lead = Since the last report: findings that came and findings that went, by item, resource and packets.
html-changes-none = No earlier report was given. With --previous REPORT.json what is new and what is gone stands here.
html-compared = Compared with { $time }: score { $before } then, { $score } now; compliance rate { $rate-before } then, { $rate } now.
html-changes-new = { $count } new
html-changes-gone = { $count } gone
html-changes-nothing-new = Nothing is new.
html-changes-nothing-gone = Nothing is gone.

# The page on paper, in the sections of an MLPS report
html-mlps-title = Network configuration self-assessment for MLPS level 3
html-mlps-object = 1 Object of the assessment
html-mlps-single = 2 Results by clause
html-mlps-whole = 3 The whole
html-mlps-risks = 4 Risks of the problems found
html-mlps-major = 5 Major risks and how to remove them
html-mlps-advice = 6 Advice
html-mlps-assets = Annex A Assets
html-mlps-records = Annex D Records of the items
html-mlps-no-major = No item that assessors treat as high-risk fails.
html-mlps-score = Yumen's score is { $score } of 100 ({ $band }); by the items of this framework alone { $own }. This is not the overall score of an MLPS assessment.
html-mlps-whole-how = Each result stands for packets that pass all security groups, network ACLs, routes and ways in together; one control that makes up for another is counted, therefore, and so is a chain of rules that opens something only together.
html-mlps-intents = Of { $count } rules of the user's own { $broken } do not hold.
html-vpcs = VPCs
html-vswitches = vSwitches
html-instances = Instances
html-interfaces = Interfaces
html-groups = Security groups
html-balancers = Load balancers
html-gateways = NAT gateways
html-eips = EIPs
html-databases = Managed databases
html-number = No.
html-problem = Problem
html-name = Name
html-id = ID
html-region = Region
html-reachable = Reachable from the Internet
html-record = Record

# The map
map-title = Map of the ways from the Internet to the machines
map-lane-internet = Internet
map-lane-edge = Edge
map-lane-application = Web and application
map-lane-data = Data
map-lane-management = Management
map-band-production = Production
map-band-test = Test
map-inside = leads on inside
map-declared = open, no finding
map-latent-node = latent: rules open, no way in
map-closed-node = closed to the Internet
map-public-addresses = Public addresses
map-public-addresses-detail = EIP or static address
map-ipv6 = IPv6
map-ipv6-detail = Internet bandwidth
map-gateway = NAT gateway
map-balancer = load balancer
map-and-others = { $name } +{ $count }
map-folded = more interfaces
map-folded-count = { $count ->
    [one] 1 box found no room and is folded into “+n”.
   *[other] { $count } boxes found no room and are folded into “+n”.
}
map-left-out = { $count ->
    [one] 1 more way inside the network is not drawn.
   *[other] { $count } more ways inside the network are not drawn.
}
map-no-roles = No roles are declared, so every machine stands in one lane. `yumen init` writes a first yumen.toml.
map-none = No interfaces were read. The ways from the Internet to each of them would be drawn here.
map-table = The map as tables
map-nodes = Boxes
map-arrows = Arrows
map-arrow = { $from } → { $to }: { $services }
map-name = Name
map-where = Where
map-count = Interfaces
map-from = From
map-to = To
map-services = Services
map-breadth = For whom
map-all = all
map-thickness = Thickness, for whom:

# Lists of findings for other programs
listed-finding = { $what } ({ $status })
listed-waived = waived by { $owner } until { $until }: { $reason }
listed-witness = Witness packet: { $packet }
sarif-left-out = Left out: { $count } findings that weigh least, for code scanning takes 25,000 at most. `--format json` has all of them.
ocsf-witness = witness packet
ocsf-passed = { $count ->
    [one] The one resource that was looked at is as it should be.
   *[other] All { $count } resources that were looked at are as they should be.
}
item-fix-narrow = `yumen fix` closes the offending packets and nothing else, and proves it
item-fix-remove-rule = `yumen fix` removes the rule, which decides nothing that should stay
item-fix-set = `yumen fix` says what to set, add or take away
item-fix-by-hand = needs a decision that no program can take; the page says how
junit-intents = Your own rules
junit-waivers = Waivers
junit-findings = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
junit-violations = { $count ->
    [one] does not hold for 1 interface
   *[other] does not hold for { $count } interfaces
}
csv-item = Item
csv-title = Title
csv-severity = Severity
csv-status = Status
csv-new = New
csv-resource = Resource
csv-name = Name
csv-kind = Kind
csv-region = Region
csv-what = Finding
csv-witness = Witness packet
csv-causes = Causes
csv-points = Points
csv-file = File
csv-line = Line
csv-clauses = Clauses
csv-fix = Fix
csv-waived = Waived
csv-yes = yes
csv-no = no
markdown-status = Status
markdown-severity = Severity
markdown-cause = Cause
markdown-items = Items
markdown-machines = Machines
markdown-place = Place
markdown-points = Points
markdown-verdict = Result
markdown-count = Findings
markdown-more = … and { $count } more, which do not fit: `yumen audit --format json` has all of them.
markdown-more-entries = … and { $count } more causes; the findings below name them.
markdown-expired = Waivers that are over
markdown-findings = { $count ->
    [one] 1 finding
   *[other] All { $count } findings
}
markdown-waived = { $count ->
    [one] 1 waived finding
   *[other] { $count } waived findings
}
markdown-all-items = All { $count } items
markdown-unread = { $count ->
    [one] 1 thing was not read
   *[other] { $count } things were not read
}
item-kind-narrow = narrows rules
item-kind-remove-rule = removes rules
item-kind-set = sets something
item-kind-by-hand = by hand
item-next = One of them in full: yumen item show EXP-03
item-about = { $severity } · { $family } · { $fix }
item-clauses = Clauses that it speaks for
compliance-all = Frameworks
compliance-title = { $framework } · { $regions } · as of { $time }
compliance-high-risk = High-risk to assessors: { $items }
compliance-beyond = Not shown by a network configuration: { $what }
compliance-not-shown = Not shown by a network configuration
family-exp = Internet exposure
family-net = Boundary
family-lat = Lateral movement
family-out = Egress
family-hrd = Hardening
family-rul = Rules
family-gov = Governance
family-log = Evidence
html-family-beside = Attack surface and gaps
html-family-rest = Everything else

# Changes.
change-figures = score { $before } → { $after } ({ $points_before } → { $points_after } before clamping) · { $interfaces } interfaces concerned · { $edits } edits
change-headline = Change { $number } · { $phase } · { $reason }
change-proposed-by = proposed by { $person }, { $time } ({ $origin })
change-until = undoes itself at { $time }
change-is-emergency = emergency: applied without approvals, to be reviewed afterwards
change-approved-by = approved by { $person }, { $time } { $comment }
change-rejected-by = rejected by { $person }, { $time } { $comment }
change-reviewed-by = reviewed by { $person }, { $time } { $comment }
change-progress = applying: { $done } of { $of } steps are in force
change-stopped-at = stopped: { $done } of { $of } steps are in force; { $why }
change-withdrawn-why = withdrawn: { $why }
change-lapsed-why = lapsed: { $why }
change-forbidden-findings = No approval allows these ({ $count }):
change-new-findings = New or heavier findings ({ $count }):
change-solved-findings = Findings that go ({ $count }):
change-cut-intents = Declared services that would be cut ({ $count }):
change-more = and { $count } more
changes-none = No changes yet. `yumen change propose` makes one.
phase-open = open
phase-rejected = rejected
phase-withdrawn = withdrawn
phase-lapsed = lapsed
phase-applying = applying
phase-stopped = stopped
phase-applied = applied
phase-undone = undone
origin-edits = edits given
origin-fix = fix for { $items }
origin-template = template { $name }
origin-rollback = back to version { $version }
origin-undo = undoes change { $number }
origin-containment = contains drift { $drift }
version-first = first version
version-opens = { $interfaces } interfaces differ, opens to the Internet
version-differs = { $interfaces } interfaces differ
class-short-tightening = tightening
class-short-neutral = neutral
class-short-widening-inside = widening inside
class-short-widening-internet = to the Internet
class-short-forbidden = forbidden
through-others = others, before it was looked at here
cause-found = first look
cause-by-hand = by hand
cause-propose = for a proposal
cause-change = change { $number }
cause-undo = undo of change { $number }
cause-drift = drift { $number }
versions-none = No versions yet. `yumen version record` makes the first.
drifts-none = No drift was seen.
answer-contained = contained
answer-escalated = escalated
answer-proposed = proposed
answer-recorded = recorded
exposure-opened = { $time } opened { $services } by { $through } { $who }
exposure-closed = { $time } closed { $services } by { $through } { $who }
exposure-witness = witness packet { $packet }
exposure-who = ({ $user } from { $address }, { $action })
exposures-none = `{ $resource }` was never seen open to the Internet; see `yumen version list` for since when
event-version = version { $snapshot } ({ $why })
event-audited = audited: score { $score }, { $findings } findings
event-proposed = change { $number } proposed: { $reason }
event-approved = change { $number } approved { $comment }
event-rejected = change { $number } rejected { $comment }
event-reviewed = change { $number } reviewed { $comment }
event-withdrawn = change { $number } withdrawn: { $why }
event-lapsed = change { $number } lapsed: { $why }
event-begun = change { $number } begins: { $steps } steps
event-sent = change { $number } step { $step } sent
event-already = change { $number } step { $step } was in force already { $detail }
event-in-force = change { $number } step { $step } in force { $detail }
event-not-in-force = change { $number } step { $step } not in force: { $detail }
event-unknown = change { $number } step { $step } in doubt: { $detail }
event-stopped = change { $number } stopped at step { $step }: { $why }
event-applied = change { $number } applied
event-undone = change { $number } undone
event-drifted = drift { $drift }: { $class }, { $answer }
event-escalated = drift { $drift } put before a person: { $why }
event-exposed = ways in: { $opened } opened, { $closed } closed by { $through }
event-waived = waivers in force: { $waivers }
event-group-reviewed = group { $group } reviewed
event-key-changed = keys that sign from here on: { $keys }
change-findings = findings: { $solved } go, { $found } are new or heavier, { $forbidden } of them break a mandatory item
change-quota-in = { $group }: { $before } → { $after } of { $most } inbound rules
change-quota-out = { $group }: { $before } → { $after } of { $most } outbound rules
