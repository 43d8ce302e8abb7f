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
    [one] 1 finding is waived
   *[other] { $count } findings are waived
}; without waivers the score is { $score }.
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
