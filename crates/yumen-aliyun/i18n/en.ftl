# Why there is no snapshot
read-not-a-directory = `{ $path }` is not a directory; name the directory that holds the collected API responses
read-empty = `{ $path }` holds no API responses; expected files such as `cn-hangzhou/ecs/DescribeInstances.json` (`<region>/<product>/<Action>.json`)
read-io = `{ $path }` cannot be listed ({ $error }); check that you may read it

# What was not collected
gap-no-file = `{ $path }` is not there; collect `{ $action }`
gap-no-resource-file = `{ $path }` is not there, so what `{ $id }` holds is not known; collect `{ $action }` for it
gap-uncollected = `{ $path }` was not collected, for a reason that this version does not know; collect again
gap-no-product = `{ $path }` is not there; collect this product in this region
gap-no-region = `{ $path }` is not there although the manifest names the region; collect it or take it out of the manifest
gap-refused = the cloud refused with `{ $code }` ({ $message }); grant the right to call `{ $action }` and collect again
gap-missing-page = the last page says that another one follows (`NextToken`); collect the remaining pages of `{ $action }`
gap-missing-items = { $read } of { $total } items are here; collect the remaining pages of `{ $action }`

# What could not be read
gap-unreadable = cannot be read ({ $error }); check the file and its permissions
gap-too-large = one item is larger than { $mebibytes } MiB; collect it in smaller pages
gap-empty-file = the file holds no response; collect it again
gap-truncated = the file ends in the middle of a response; collect it again
gap-syntax = this is not JSON, the rest of the file was not read; collect it again
gap-depth = nested deeper than any API response, the rest of the file was not read; collect it again
gap-not-utf8 = this is not UTF-8 and was left out; save the response as UTF-8
gap-stray = `{ $value }` stands where an object is expected and was left out; collect the file again
gap-no-list = the response has no `{ $field }`; put a response of `{ $action }` here
gap-no-resource = the response does not say which resource it is about (`{ $field }`); name the file after the resource
gap-other-resource = the file is named after `{ $file }` but is about `{ $id }`; rename it or collect it again
gap-outside-layout = not part of the layout `<region>/<product>/<Action>.json`; move it there or take it away
gap-bad-manifest = the manifest is not a JSON object; write it again
gap-manifest-version = version `{ $version }` of the manifest is not known; use a newer Yumen

# What was not understood
gap-missing-id = the item has no `{ $field }` and was left out; collect the file again
gap-wrong-type = `{ $field }` holds `{ $value }`, which is of the wrong type; collect the file again
gap-bad-flag = `{ $field }` is `{ $value }`, expected true or false; check the response
gap-bad-number = `{ $field }` is `{ $value }`, expected a number; check the response
gap-bad-address = `{ $field }` is `{ $value }`, expected an IP address; check the response
gap-bad-network = `{ $field }` is `{ $value }`, expected a network such as `10.0.0.0/8`; check the response
gap-host-bits = `{ $field }` is `{ $value }`, a network with host bits, read as `{ $network }`; check which was meant
gap-bad-ports = `{ $field }` is `{ $value }`, expected ports such as `80/90` up to 65535; check the response
gap-ports-without-protocol = `{ $field }` is `{ $value }`, but the protocol has no ports; check the rule
gap-bad-protocol = `{ $field }` is `{ $value }`, which is no known protocol; check the response
gap-bad-policy = `{ $field }` is `{ $value }`, expected accept or drop; check the response
gap-bad-priority = `{ $field }` is `{ $value }`, expected a priority such as 1; check the response
gap-bad-direction = `{ $field }` is `{ $value }`, expected ingress or egress, and the rule was left out; check the response
gap-bad-ip-version = `{ $field }` is `{ $value }`, expected IPv4 or IPv6; check the response
gap-bad-group-type = `{ $field }` is `{ $value }`, expected normal or enterprise, read as normal; check the security group
gap-bad-inner-access = `{ $field }` is `{ $value }`, expected Accept or Drop, read as Accept; check the security group
gap-bad-access = `{ $field }` is `{ $value }`, expected white or black; check the access control of the listener
gap-bad-network-type = `{ $field }` is `{ $value }`, expected a public or a private network, read as public; check the response
gap-bad-events = `{ $field }` is `{ $value }`, expected Write, Read or All; check the response
gap-no-peer = the rule names no other side (`{ $field }` is `{ $value }`), read as any address; check the rule

# What does not fit together
gap-duplicate = `{ $id }` is here twice with different contents; collect again at one time
gap-unresolved = `{ $id }` is referred to and was not read; collect it
gap-group-not-listed = security group `{ $id }` is not in the listing, taken as basic; collect the listing again
gap-group-kind-assumed = the listing that tells the type of security group `{ $id }` was not read, taken as basic; collect `DescribeSecurityGroups`
gap-interface-not-listed = interface `{ $id }` is known from its instance only; collect `DescribeNetworkInterfaces`

# Who is asking
credentials-from-caller = access key given by the caller
credentials-from-variables = access key in `{ $variable }`
credentials-from-pod = role `{ $role }` with the token of the pod (`{ $variable }`)
credentials-from-profile = profile `{ $profile }` at `{ $place }` (`{ $mode }`)
credentials-from-instance = role of this instance, from the metadata service at `{ $host }`
credentials-from-address = `{ $address }`, which `{ $variable }` names
credentials-from-role = role `{ $role }`

# Where nobody was found who could ask
credentials-not-set = is not set
credentials-no-file = is not there
credentials-no-home = the home directory is not known
credentials-off = switched off by `{ $variable }`
credentials-no-current-profile = chooses no profile (`current`)
credentials-empty-profile = profile `{ $profile }` holds no credentials
credentials-no-section = has no section `[{ $profile }]`
credentials-section-off = section `[{ $profile }]` is switched off (`enable`)

# Why nobody can ask
credentials-nothing = no credentials found; looked into { $tried }; run `aliyun configure`, or set `ALIBABA_CLOUD_ACCESS_KEY_ID` and `ALIBABA_CLOUD_ACCESS_KEY_SECRET`
credentials-missing-variable = `{ $given }` is set but `{ $missing }` is not; set both or neither
credentials-unreadable = `{ $path }` cannot be read ({ $error }); check that it is there and that you may read it
credentials-not-json = `{ $place }` is not JSON; correct it, or write the file anew with `aliyun configure`
credentials-bad-line = `{ $place }` is neither a `[section]` nor `key = value`; correct the line
credentials-no-profile = there is no profile `{ $profile }` in { $files }; choose one of { $known }
credentials-no-profiles = there is no profile `{ $profile }` in { $files }; create it with `aliyun configure --profile { $profile }`
credentials-missing-key = profile `{ $profile }` at `{ $place }` has no `{ $key }`; add it
credentials-bad-duration = profile `{ $profile }` at `{ $place }`: `{ $key }` is `{ $value }`, expected 900 to 43200 seconds; correct it
credentials-unsupported-mode = profile `{ $profile }` at `{ $place }` is of the kind `{ $mode }`, which Yumen does not support; choose another profile, or set `ALIBABA_CLOUD_ACCESS_KEY_ID` and its companions to what it gives
credentials-not-configured = profile `{ $profile }` at `{ $place }` holds no credentials or is switched off; set it up, or choose another one
credentials-loop = profile `{ $profile }` at `{ $place }` is its own source by way of `source_profile`; name another source
credentials-expired = the keys of profile `{ $profile }` at `{ $place }` have expired; run `aliyun sts GetCallerIdentity --profile { $profile }` to renew them
credentials-metadata-off = profile `{ $profile }` at `{ $place }` needs the role of the instance, which `{ $variable }` switches off; unset the variable, or choose another profile
credentials-no-instance-role = this instance has no RAM role; attach one
credentials-no-such-instance-role = this instance has no RAM role `{ $role }`; attach it, or correct its name
credentials-unreachable = `{ $from }` did not answer ({ $error }); check the network and the proxy
credentials-unavailable = `{ $from }` is not available at the moment (`{ $status }` `{ $code }`); try again in a minute
credentials-bad-status = `{ $from }` answered with status `{ $status }`; check that this is the right address
credentials-bad-answer = the answer of `{ $from }` has no usable `{ $field }`; check that this is the right address
credentials-clock = the clock of this machine and that of `{ $from }` differ too much; set the clock
credentials-key-refused = `{ $from }` does not accept the access key (`{ $code }`); check key, secret and token, and that the key is enabled
credentials-role-forbidden = role `{ $role }` may not be assumed: `{ $code }` ({ $text }); allow `sts:AssumeRole` for who asks, and name who asks in the trust policy of the role
credentials-no-role = role `{ $role }` does not exist (`{ $code }`); correct its ARN
credentials-refused = `{ $from }` refused to give keys for role `{ $role }`: `{ $code }` ({ $text }); correct what it names
credentials-system = the system gives no random numbers ({ $error }); check that `/dev/urandom` can be read

# Calls that failed
call-throttled = `{ $action }` was throttled each time ({ $code }: { $message }); collect again later, or ask the vendor for a higher quota
call-unavailable = `{ $action }` failed each time ({ $code }: { $message }, request { $request }); the service has trouble, try again later
call-credentials = the access key was not accepted for `{ $action }` ({ $code }: { $message }); check the key, its secret and its token, or get a new token; `yumen doctor` shows which are used
call-clock = this machine's clock is too far from the cloud's ({ $code } for `{ $action }`); set the clock
call-forbidden = the caller may not call `{ $action }` ({ $code }); grant `{ $permission }` (`yumen doctor --ram-policy read` prints the whole policy) and collect again
call-unsupported = `{ $action }` is not offered there ({ $code }: { $message }); leave the region out with --regions if it is not used
call-missing = what `{ $action }` was asked about is not there any more ({ $code }: { $message }); collect again
call-refused = the cloud refused `{ $action }` ({ $code }: { $message }, request { $request })
call-unreachable = `{ $host }` cannot be reached for `{ $action }` ({ $error }); check network, proxy and endpoint
call-broken = the connection to `{ $host }` broke each time that `{ $action }` was asked ({ $error }); check the network and try again
call-timed-out = `{ $host }` did not answer `{ $action }` in time; check the network and try again
call-read-only = `{ $action }` was not sent: this command only looks and may change nothing
call-strange = `{ $action }` was not asked: `{ $value }` cannot be part of an address; check the name in the console
call-changing = the list of `{ $action }` changed each time it was read; collect again when fewer changes are under way

# Following an account
follow-forbidden = the trail of `{ $region }` may not be asked ({ $code }), so changes are found by reading again and again, and nobody says who made them; grant `{ $permission }`
follow-no-trail = there is no trail to ask in `{ $region }` ({ $code }: { $message }), so changes are found by reading again and again, and nobody says who made them; open ActionTrail in the console
follow-bad-cursor = line { $line } of the saved place in the trail is not what Yumen writes; remove it to follow from now on

# Why there is no snapshot to collect
collect-no-region = there is no region `{ $region }`; there are { $known }
collect-strange = the cloud answered with `{ $value }` as `{ $field }`, which cannot be a name; check the endpoint
collect-too-old = `{ $path }` holds an unfinished snapshot that began at { $began }; what was read then is too old to go on with: name another directory, or remove that one
collect-finished = `{ $path }` holds a finished snapshot; name another directory
collect-not-empty = `{ $path }` is not empty (`{ $other }`); name a new directory
collect-other-scope = `{ $path }` holds an unfinished snapshot of another account or of other regions; name another directory, or remove that one
collect-in-use = another `yumen collect` is filling `{ $path }`; wait for it, or name another directory
collect-file = `{ $path }` cannot be written ({ $error }); check the path, your permissions and the space on the disk
collect-interrupted = interrupted; what was read stays, the same command goes on from there

# Why an edit cannot be sent
edit-not-in-snapshot = `{ $resource }` is not in the snapshot; collect it again, or name another resource
edit-gone = `{ $resource }` is not there any more; collect again
edit-inexpressible = the API cannot express `{ $field }` of `{ $resource }` in one call; make it two edits, or leave it as it is
