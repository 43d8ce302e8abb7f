# Letters.
notify-subject = { $count } notices, the worst: { $severity }
notify-link = Read on
notify-cut = Cut to the size that this channel takes; { $lines } lines are not shown in full
notify-more = Happened { $count } more times, the last time at { $at }
notify-test-title = Test notice from Yumen
notify-test-channel = Channel `{ $channel }` works
notify-test-nothing = Nothing happened and nothing is to be done

# Settings.
notify-config-both = `{ $variable }` and `{ $file }` both say where the secret is; keep one
notify-config-secret = nothing says where the secret is; add `{ $variable }` (name of an environment variable) or `{ $file }` (path of a file of mode 0600)
notify-config-variable = `{ $key }` has to be the name of an environment variable, in letters, digits and `_`; if a secret stands here, take it out and renew it
notify-config-endpoint = `{ $value }` is no endpoint; write `https://HOST[:PORT]` (`http` to this machine only)
notify-config-keyword = `keyword` may be at most { $most } bytes long
notify-config-mailbox = `{ $value }` is no mail address; write `name@example.com` or `Name <name@example.com>`
notify-config-user = a user and a password go together; give `user` and `secret_env` or `secret_file`, or neither
notify-config-plain = mail to `{ $server }` would travel unencrypted; set `encryption` to `starttls` or `tls`
notify-incomplete = channel `{ $channel }` is not fully declared; correct `[notify.{ $channel }]` in yumen.toml

# Secrets.
notify-secret-variable = environment variable `{ $name }` is not set; set it to the secret
notify-secret-empty = the secret in `{ $source }` is empty; write it there
notify-secret-file = cannot read the secret in `{ $file }`: { $error }
notify-secret-open = others than its owner may use `{ $file }`, which holds a secret; run `chmod 600` on it, and renew the secret if others could have read it
notify-address = the secret in `{ $source }` is no `https` address; copy the robot's whole address there
notify-authority = cannot read the certificates in `{ $file }`: { $error }

# What became of a letter.
notify-unreachable = cannot reach `{ $host }`; check its name, the network and the proxy
notify-timeout = `{ $host }` did not answer in time
notify-tls = no secure connection to `{ $host }`; check its certificate
notify-broken = the connection to `{ $host }` broke before an answer arrived
notify-unclear = `{ $host }` answered { $code } with something that cannot be read: `{ $text }`
notify-server = `{ $host }` could not take it now ({ $code }): `{ $text }`
notify-limited = `{ $host }` limits how often it is sent to ({ $code }): `{ $text }`
notify-redirect = `{ $host }` points to another address ({ $code }); put the final address in the settings
notify-refused = `{ $host }` refused it ({ $code }): `{ $text }`
notify-refused-signature = `{ $host }` refused the signature ({ $code }): `{ $text }`; check the secret and this machine's clock
notify-refused-keyword = `{ $host }` misses a keyword ({ $code }): `{ $text }`; set `keyword` to one of the robot's keywords
notify-refused-address = `{ $host }` does not take notices from this machine's address ({ $code }): `{ $text }`; add it to the robot's list
notify-refused-robot = `{ $host }` does not know this robot any more ({ $code }): `{ $text }`; create it again and renew the address
notify-refused-content = `{ $host }` does not take this content ({ $code }): `{ $text }`
notify-refused-login = `{ $host }` refused the user or the password ({ $code }): `{ $text }`; check `user` and the secret
notify-mail-tls = cannot use the certificates in `ca_file` for `{ $host }`; it has to be a PEM file of certificates
notify-mail-unwritable = cannot write a mail for `{ $host }`; check the addresses in `from` and `to`
notify-no-outcome = nothing was heard of the attempt to send
notify-gave-up = the limits of the channel left no room in all the time allowed
notify-queue-full = more than { $most } notices are waiting already
notify-channel-gone = the channel is no longer declared

# State.
notify-state-damaged = the saved notices cannot be read (`{ $field }`); move the file away to begin anew
notify-state-version = the saved notices are of version { $version }, which this program does not know; use a later program
