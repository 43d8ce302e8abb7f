# What is said of edits in a file.
edits-form = `{ $path }` has another form: expected { $expected }
edits-missing = `{ $path }` lacks `{ $key }`; add it
edits-unknown-key = `{ $path }` has no `{ $key }`; nearest: `{ $nearest }`
edits-word = `{ $value }` is no known value of `{ $path }`; nearest: `{ $nearest }`
edits-range = `{ $path }` has to be a whole number from { $from } to { $to }
edits-value = `{ $value }` is no value of `{ $path }`; write it like `{ $example }`
edits-schema = this is not schema `{ $expected }`; write `"schema": "{ $expected }"`, or use the version of Yumen that wrote it
edits-json = not valid JSON: found `{ $found }`, expected one of: { $expected }
edits-json-end = not valid JSON: the file ends too early, expected one of: { $expected }
edits-json-number = `{ $value }` is no whole number; edits need no others
edits-json-twice = the key `{ $key }` stands here twice; remove one
edits-json-deep = this is nested too deeply to be edits; nest it less
edits-json-surrogate = `\u` stands for half a character here; write the character itself

# What the guard says about drift.
guard-widened = it opens packets that nobody approved
guard-asks = it breaks a mandatory item; this environment is set to ask first
guard-no-way-back = no edit takes exactly this back; a person has to look at once
guard-would-cut = taking it back would cut a service that is declared: `{ $intent }`
guard-would-open = taking it back would open something else; a person has to look at once
guard-insists = the same was taken back within { $hours } hours and somebody did it again; talk to them first
guard-brake = { $number } reverts within one hour; the brake is on until a person looks

# Who may decide changes, and when.
policy-no-people = `yumen.toml` names nobody, so nothing can be proposed, approved or applied: make a key with `yumen key new NAME`, then add `[people.NAME]` with `key` and `roles`
policy-unknown-person = `{ $name }` is nobody whom `yumen.toml` names; nearest: `{ $nearest }`
policy-role-propose = `{ $name }` may not propose a change of class `{ $class }`: it takes the role `{ $roles }`, which these have: { $others }
policy-role-approve = `{ $name }` may not approve a change of class `{ $class }`: it takes the role `{ $roles }`, which these have: { $others }
policy-role-apply = `{ $name }` may not apply a change of class `{ $class }`: it takes the role `{ $roles }`, which these have: { $others }
policy-role-emergency = `{ $name }` may not make an emergency change (class `{ $class }`): it takes the role `{ $roles }`, which these have: { $others }
policy-emergency-approval = an emergency change is applied without approval; review it afterwards with `yumen change review`
policy-own-change = `{ $name }` proposed this change and cannot approve it; ask somebody else
policy-own-emergency = `{ $name }` applied this change and cannot review it; ask somebody else
policy-forbidden = this breaks a mandatory item, and no approval helps: change the edits, or have a waiver entered in `waivers.toml`
policy-approvals = { $have } of { $need } approvals, each by somebody with the role `{ $roles }`; these can still approve: { $others }
policy-too-few = { $have } of { $need } approvals, and only these besides the proposer have the role `{ $roles }`: { $others }; give it to somebody else in `[people]`, or let somebody else propose
policy-owner = an owner of `{ $place }` has to approve; these can: { $others }
policy-owner-nobody = an owner of `{ $place }` has to approve, and nobody besides the proposer owns it: add it to `owns` of somebody in `[people]`
policy-freeze = changes are frozen until { $opens } ({ $rule }): { $reason }
policy-freeze-unending = changes are frozen, and no window is open afterwards ({ $rule }): { $reason }
policy-window = outside the change windows of this environment; the next one opens at { $opens }
policy-window-never = no moment is inside the windows of all environments that this change touches; split the change, or let the windows overlap
policy-name = a person needs a name: write `[people.NAME]`
policy-no-key = `{ $name }` has no key and cannot sign: add `key`, which `yumen key new { $name }` shows
policy-key = `{ $value }` is no verifier key; it looks like `name+1a2b3c4d+…`, as `yumen key new` shows it
policy-key-twice = this key belongs to `{ $other }` already; every person needs a key of their own
policy-place = `{ $value }` cannot be owned; write `zone:NAME` or `role:NAME`
policy-owned = `{ $place }` is owned but not declared; nearest: `{ $nearest }`
policy-role-nobody = nobody has the role `{ $role }`; nearest: `{ $nearest }`
policy-no-roles = `{ $key }` names no role, so nobody could do it; name one, or leave the key out
policy-empty = `{ $key }` holds an empty text; remove it
policy-rule-forbidden = no rule can allow what is forbidden; only a waiver can

# Change windows and freezes.
window-time = `{ $value }` is no time of day for `{ $key }`; write it like `22:00`
window-from = a window cannot begin at `24:00`; write `00:00` and the next day
window-empty = this window begins and ends at the same time; for whole days write `from = "00:00"`, `until = "24:00"`
window-date = `{ $value }` is no day or time for `{ $key }`; write it like `2026-12-31` or `2026-12-31T18:00:00`
window-freeze-order = this freeze ends before it begins; put `from` and `until` right

# Time zones and schedules.
zone-unknown = `{ $name }` is no time zone; nearest: `{ $nearest }`
schedule-name = `{ $value }` names no schedule; nearest: `{ $nearest }`
schedule-fields = `{ $value }` has { $number } fields; a schedule has five: minute, hour, day, month, weekday
schedule-field = `{ $value }` is not understood as `{ $field }`: values are from { $from } to { $to }, such as `*`, `*/5`, `1,15`, `2-10/4`, the smaller one first
schedule-step = `{ $value }`: a step needs a range before it, such as `5-59/15` or `*/15`
schedule-never = `{ $value }` is a day that no month has; it would never be due

# Approvals.
change-not-open = change { $number } is { $phase }; only an open change can be applied
change-forbidden = no approval allows this change, it breaks a mandatory item: { $found }; declare a waiver or change less
change-no-containment = this is no containment: it opens something, cuts something that is declared, or somebody else proposed it
change-emergency-end = change { $number } is an emergency without an end within { $hours } hours; propose it again
change-over = change { $number } was to end at { $until } and is over; propose it again
change-not-to-undo = change { $number } is { $phase } and not over; propose a rollback with `yumen change propose --rollback VERSION`
change-moved = the network moved since this was judged: { $count } interfaces would change in another way ({ $interfaces }), class now { $class }; propose it again
approval-bad-signature = the signature of { $person } does not fit the change or the keys in `[people.{ $person }]`; sign again
approval-nobody = `{ $person }` is nobody here; add `[people.{ $person }]` to yumen.toml
approval-from-the-future = { $person } signed with a clock that is ahead; set the clock and sign again

# Classes of changes.
change-class-tightening = tightening: closes packets, opens none
change-class-neutral = neutral: permits the same packets
change-class-widening-inside = widening inside: opens packets within the network
change-class-widening-internet = widening to the Internet
change-class-forbidden = forbidden: breaks a mandatory item
