# 通知正文。
notify-subject = { $count } 条通知，最高级别：{ $severity }
notify-link = 查看详情
notify-cut = 已按该渠道的长度上限截断，有 { $lines } 行未完整显示
notify-more = 此后又发生 { $count } 次，最近一次在 { $at }
notify-test-title = 玉门测试通知
notify-test-channel = 渠道 `{ $channel }` 工作正常
notify-test-nothing = 没有发生任何事，无需处理

# 配置。
notify-config-both = `{ $variable }` 与 `{ $file }` 都指定了密钥的位置，请只保留一个
notify-config-secret = 没有指定密钥的位置；请加上 `{ $variable }`（环境变量名）或 `{ $file }`（权限为 0600 的文件路径）
notify-config-variable = `{ $key }` 须是环境变量名，只含字母、数字和 `_`；如果这里写的是密钥本身，请删除并更换密钥
notify-config-endpoint = `{ $value }` 不是有效的入口地址；请写成 `https://HOST[:PORT]`（`http` 只能用于本机）
notify-config-keyword = `keyword` 最长 { $most } 字节
notify-config-mailbox = `{ $value }` 不是邮件地址；请写成 `name@example.com` 或 `Name <name@example.com>`
notify-config-user = 用户名和密码须同时给出；请同时写 `user` 与 `secret_env` 或 `secret_file`，或者都不写
notify-config-plain = 发往 `{ $server }` 的邮件将不加密；请把 `encryption` 设为 `starttls` 或 `tls`
notify-incomplete = 渠道 `{ $channel }` 的配置不完整，请改正 yumen.toml 中的 `[notify.{ $channel }]`

# 密钥。
notify-secret-variable = 环境变量 `{ $name }` 未设置，请把密钥写入其中
notify-secret-empty = `{ $source }` 中的密钥为空，请写入密钥
notify-secret-file = 无法读取 `{ $file }` 中的密钥：{ $error }
notify-secret-open = 存放密钥的 `{ $file }` 可被属主以外的用户访问；请执行 `chmod 600`，若可能已被他人读取，请更换密钥
notify-address = `{ $source }` 中的密钥不是 `https` 地址；请把机器人的完整地址复制进去
notify-authority = 无法读取 `{ $file }` 中的证书：{ $error }

# 发送结果。
notify-unreachable = 无法连接 `{ $host }`，请检查域名、网络和代理
notify-timeout = `{ $host }` 未在规定时间内应答
notify-tls = 无法与 `{ $host }` 建立安全连接，请检查其证书
notify-broken = 与 `{ $host }` 的连接在收到应答前中断
notify-unclear = `{ $host }` 返回 { $code }，内容无法识别：`{ $text }`
notify-server = `{ $host }` 暂时无法接收（{ $code }）：`{ $text }`
notify-limited = `{ $host }` 限制了发送频率（{ $code }）：`{ $text }`
notify-redirect = `{ $host }` 要求转到别的地址（{ $code }）；请在配置中填写最终地址
notify-refused = `{ $host }` 拒收（{ $code }）：`{ $text }`
notify-refused-signature = `{ $host }` 不接受签名（{ $code }）：`{ $text }`；请检查密钥和本机时钟
notify-refused-keyword = `{ $host }` 提示缺少关键词（{ $code }）：`{ $text }`；请把 `keyword` 设为机器人的关键词之一
notify-refused-address = `{ $host }` 不接受本机 IP 发来的通知（{ $code }）：`{ $text }`；请把它加入机器人的 IP 白名单
notify-refused-robot = `{ $host }` 上已没有这个机器人（{ $code }）：`{ $text }`；请重新创建并更换地址
notify-refused-content = `{ $host }` 不接受这样的内容（{ $code }）：`{ $text }`
notify-refused-login = `{ $host }` 不接受用户名或密码（{ $code }）：`{ $text }`；请检查 `user` 和密钥
notify-mail-tls = `ca_file` 中的证书无法用于 `{ $host }`；须是 PEM 格式的证书文件
notify-mail-unwritable = 无法写成发往 `{ $host }` 的邮件；请检查 `from` 和 `to` 中的地址
notify-no-outcome = 没有得到这次发送的结果
notify-gave-up = 在允许的全部时间内，渠道的频率限制都没有留出余量
notify-queue-full = 等待发送的通知已超过 { $most } 条
notify-channel-gone = 该渠道已不在配置中

# 状态。
notify-state-damaged = 无法读取保存的通知（`{ $field }`）；请移走该文件后重新开始
notify-state-version = 保存的通知为版本 { $version }，本程序不认识；请使用更新的程序
