# 用户所写文件的问题。
config-toml = 不是有效的 TOML：{ $error }；请改正后重试
config-type = `{ $key }` 的写法不对，应为 { $expected }
config-missing = 此处缺少 `{ $key }`，请补上
config-range = `{ $key }` 须是 { $from } 到 { $to } 之间的数
config-unknown-key = 此处没有 `{ $key }` 这个键；最接近的是 `{ $nearest }`
config-word = `{ $key }` 没有 `{ $value }` 这个取值；最接近的是 `{ $nearest }`
