# 无法得到快照的原因
read-not-a-directory = `{ $path }` 不是目录；请指定存放 API 响应的目录
read-empty = `{ $path }` 中没有 API 响应；应有 `cn-hangzhou/ecs/DescribeInstances.json` 这样的文件（`<地域>/<产品>/<Action>.json`）
read-io = 无法列出 `{ $path }`（{ $error }）；请检查读取权限

# 未采集
gap-no-file = 缺少 `{ $path }`；请采集 `{ $action }`
gap-no-resource-file = 缺少 `{ $path }`，`{ $id }` 的内容未知；请对它采集 `{ $action }`
gap-uncollected = 未采集 `{ $path }`，原因是本版本不认识的；请重新采集
gap-no-product = 缺少 `{ $path }`；请采集该地域的这个产品
gap-no-region = 清单文件列出了该地域，但缺少 `{ $path }`；请采集该地域，或从清单文件中删除它
gap-refused = 云端拒绝了请求：`{ $code }`（{ $message }）；请授予调用 `{ $action }` 的权限后重新采集
gap-missing-page = 最后一页表明后面还有数据（`NextToken`）；请采集 `{ $action }` 的其余分页
gap-missing-items = 共 { $total } 项，这里只有 { $read } 项；请采集 `{ $action }` 的其余分页

# 无法读取
gap-unreadable = 无法读取（{ $error }）；请检查文件及其权限
gap-too-large = 单项超过 { $mebibytes } MiB；请用更小的分页重新采集
gap-empty-file = 文件中没有响应；请重新采集
gap-truncated = 文件在响应中途结束；请重新采集
gap-syntax = 此处不是 JSON，文件的其余部分未读取；请重新采集
gap-depth = 嵌套层数超过任何 API 响应，文件的其余部分未读取；请重新采集
gap-not-utf8 = 此处不是 UTF-8，已略过；请将响应保存为 UTF-8
gap-stray = 此处应为对象，却是 `{ $value }`，已略过；请重新采集该文件
gap-no-list = 响应中没有 `{ $field }`；此处应为 `{ $action }` 的响应
gap-no-resource = 响应没有说明属于哪个资源（`{ $field }`）；请用资源 ID 命名文件
gap-other-resource = 文件名为 `{ $file }`，内容却属于 `{ $id }`；请重命名或重新采集
gap-outside-layout = 不符合目录结构 `<地域>/<产品>/<Action>.json`；请移到相应位置或删除
gap-bad-manifest = 清单文件不是 JSON 对象；请重新写入
gap-manifest-version = 不认识清单文件的版本 `{ $version }`；请使用更新版本的 Yumen

# 无法理解
gap-missing-id = 该项没有 `{ $field }`，已略过；请重新采集该文件
gap-wrong-type = `{ $field }` 的值 `{ $value }` 类型不对；请重新采集该文件
gap-bad-flag = `{ $field }` 为 `{ $value }`，应为 true 或 false；请检查响应
gap-bad-number = `{ $field }` 为 `{ $value }`，应为数字；请检查响应
gap-bad-address = `{ $field }` 为 `{ $value }`，应为 IP 地址；请检查响应
gap-bad-network = `{ $field }` 为 `{ $value }`，应为 `10.0.0.0/8` 这样的网段；请检查响应
gap-host-bits = `{ $field }` 为 `{ $value }`，网段的主机位不为零，按 `{ $network }` 读取；请确认本意
gap-bad-ports = `{ $field }` 为 `{ $value }`，应为 `80/90` 这样的端口范围，最大 65535；请检查响应
gap-ports-without-protocol = `{ $field }` 为 `{ $value }`，但该协议没有端口；请检查规则
gap-bad-protocol = `{ $field }` 为 `{ $value }`，不是已知协议；请检查响应
gap-bad-policy = `{ $field }` 为 `{ $value }`，应为 accept 或 drop；请检查响应
gap-bad-priority = `{ $field }` 为 `{ $value }`，应为 1 这样的优先级；请检查响应
gap-bad-direction = `{ $field }` 为 `{ $value }`，应为 ingress 或 egress，该规则已略过；请检查响应
gap-bad-ip-version = `{ $field }` 为 `{ $value }`，应为 IPv4 或 IPv6；请检查响应
gap-bad-group-type = `{ $field }` 为 `{ $value }`，应为 normal 或 enterprise，按 normal 处理；请检查安全组
gap-bad-inner-access = `{ $field }` 为 `{ $value }`，应为 Accept 或 Drop，按 Accept 处理；请检查安全组
gap-bad-access = `{ $field }` 为 `{ $value }`，应为 white 或 black；请检查监听的访问控制
gap-bad-network-type = `{ $field }` 为 `{ $value }`，应为公网或内网，按公网处理；请检查响应
gap-bad-events = `{ $field }` 为 `{ $value }`，应为 Write、Read 或 All；请检查响应
gap-no-peer = 规则没有写明对端（`{ $field }` 为 `{ $value }`），按任意地址处理；请检查规则

# 互相矛盾
gap-duplicate = `{ $id }` 出现两次且内容不同；请在同一时间重新采集
gap-unresolved = 引用了 `{ $id }`，但它是未读取项；请采集它
gap-group-not-listed = 安全组 `{ $id }` 不在列表中，按普通安全组处理；请重新采集列表
gap-group-kind-assumed = 未读取到说明安全组 `{ $id }` 类型的列表，按普通安全组处理；请采集 `DescribeSecurityGroups`
gap-interface-not-listed = 弹性网卡 `{ $id }` 只能从所属实例得知；请采集 `DescribeNetworkInterfaces`

# 以谁的身份访问
credentials-from-caller = 调用方给出的访问密钥
credentials-from-variables = `{ $variable }` 中的访问密钥
credentials-from-pod = 角色 `{ $role }`，凭 Pod 的令牌（`{ $variable }`）
credentials-from-profile = 配置 `{ $profile }`，位于 `{ $place }`（`{ $mode }`）
credentials-from-instance = 本实例的角色，来自元数据服务 `{ $host }`
credentials-from-address = `{ $address }`，由 `{ $variable }` 指定
credentials-from-role = 角色 `{ $role }`

# 查找过但没有凭据之处
credentials-not-set = 未设置
credentials-no-file = 文件不存在
credentials-no-home = 不知道主目录在哪里
credentials-off = 已被 `{ $variable }` 关闭
credentials-no-current-profile = 没有选定配置（`current`）
credentials-empty-profile = 配置 `{ $profile }` 中没有凭据
credentials-no-section = 没有 `[{ $profile }]` 一节
credentials-section-off = `[{ $profile }]` 一节已关闭（`enable`）

# 无法以任何身份访问的原因
credentials-nothing = 没有找到凭据；查找过 { $tried }；请运行 `aliyun configure`，或设置 `ALIBABA_CLOUD_ACCESS_KEY_ID` 和 `ALIBABA_CLOUD_ACCESS_KEY_SECRET`
credentials-missing-variable = 已设置 `{ $given }`，但未设置 `{ $missing }`；请两个都设置，或都不设置
credentials-unreadable = 无法读取 `{ $path }`（{ $error }）；请检查它是否存在以及读取权限
credentials-not-json = `{ $place }` 不是 JSON；请改正，或用 `aliyun configure` 重新写入该文件
credentials-bad-line = `{ $place }` 既不是 `[节名]` 也不是 `键 = 值`；请改正这一行
credentials-no-profile = { $files } 中没有配置 `{ $profile }`；请从 { $known } 中选择
credentials-no-profiles = { $files } 中没有配置 `{ $profile }`；请用 `aliyun configure --profile { $profile }` 创建
credentials-missing-key = `{ $place }` 的配置 `{ $profile }` 缺少 `{ $key }`；请补上
credentials-bad-duration = `{ $place }` 的配置 `{ $profile }`：`{ $key }` 为 `{ $value }`，应为 900 到 43200 秒；请改正
credentials-unsupported-mode = `{ $place }` 的配置 `{ $profile }` 属于 `{ $mode }` 类型，Yumen 不支持；请选择其他配置，或把它给出的密钥设置到 `ALIBABA_CLOUD_ACCESS_KEY_ID` 等变量
credentials-not-configured = `{ $place }` 的配置 `{ $profile }` 中没有凭据，或已关闭；请完成配置，或选择其他配置
credentials-loop = `{ $place }` 的配置 `{ $profile }` 经 `source_profile` 以自己为来源；请指定其他来源
credentials-expired = `{ $place }` 的配置 `{ $profile }` 的密钥已过期；请运行 `aliyun sts GetCallerIdentity --profile { $profile }` 更新
credentials-metadata-off = `{ $place }` 的配置 `{ $profile }` 需要本实例的角色，但已被 `{ $variable }` 关闭；请取消该变量，或选择其他配置
credentials-no-instance-role = 本实例没有 RAM 角色；请授予一个
credentials-no-such-instance-role = 本实例没有 RAM 角色 `{ $role }`；请授予该角色，或改正名称
credentials-unreachable = `{ $from }` 没有应答（{ $error }）；请检查网络和代理
credentials-unavailable = `{ $from }` 暂时不可用（`{ $status }` `{ $code }`）；请稍等一分钟再试
credentials-bad-status = `{ $from }` 返回状态 `{ $status }`；请检查地址是否正确
credentials-bad-answer = `{ $from }` 的应答中没有可用的 `{ $field }`；请检查地址是否正确
credentials-clock = 本机与 `{ $from }` 的时钟相差太大；请校准时钟
credentials-key-refused = `{ $from }` 不接受该访问密钥（`{ $code }`）；请检查密钥 ID、密钥和令牌，并确认密钥已启用
credentials-role-forbidden = 不允许扮演角色 `{ $role }`：`{ $code }`（{ $text }）；请为访问者授予 `sts:AssumeRole`，并在该角色的信任策略中写明访问者
credentials-no-role = 角色 `{ $role }` 不存在（`{ $code }`）；请改正其 ARN
credentials-refused = `{ $from }` 拒绝给出角色 `{ $role }` 的密钥：`{ $code }`（{ $text }）；请改正其中指出的内容
credentials-system = 系统无法提供随机数（{ $error }）；请检查 `/dev/urandom` 能否读取

# 失败的调用
call-throttled = 每次调用 `{ $action }` 都被限流（{ $code }：{ $message }）；请稍后再采集，或向厂商申请提高配额
call-unavailable = 每次调用 `{ $action }` 都失败（{ $code }：{ $message }，请求 { $request }）；服务出现故障，请稍后重试
call-credentials = 调用 `{ $action }` 时访问密钥未被接受（{ $code }：{ $message }）；请检查密钥、密钥口令与令牌，或换用新令牌；`yumen doctor` 显示所用的凭证
call-clock = 本机时钟与云端相差过大（`{ $action }` 返回 { $code }）；请校准时钟
call-forbidden = 调用者无权调用 `{ $action }`（{ $code }）；请授予 `{ $permission }`（`yumen doctor --ram-policy read` 输出完整策略）后重新采集
call-unsupported = 该处不提供 `{ $action }`（{ $code }：{ $message }）；若不使用该地域，请用 --regions 排除
call-missing = `{ $action }` 所问的资源已不存在（{ $code }：{ $message }）；请重新采集
call-refused = 云端拒绝了 `{ $action }`（{ $code }：{ $message }，请求 { $request }）
call-unreachable = 调用 `{ $action }` 时无法连接 `{ $host }`（{ $error }）；请检查网络、代理与接入地址
call-broken = 每次调用 `{ $action }` 时与 `{ $host }` 的连接都中断（{ $error }）；请检查网络后重试
call-timed-out = `{ $host }` 未按时应答 `{ $action }`；请检查网络后重试
call-read-only = 未发送 `{ $action }`：此命令只读，不得改动任何内容
call-strange = 未调用 `{ $action }`：`{ $value }` 不能作为地址的一部分；请在控制台检查该名称
call-changing = `{ $action }` 的列表每次读取都在变化；请在变更较少时重新采集

# 跟踪账号
follow-forbidden = 无权查询 `{ $region }` 的操作审计（{ $code }），只能靠反复读取发现变更，也无从得知是谁所为；请授予 `{ $permission }`
follow-no-trail = `{ $region }` 没有可查询的操作审计（{ $code }：{ $message }），只能靠反复读取发现变更，也无从得知是谁所为；请在控制台开通操作审计
follow-bad-cursor = 已保存的审计读取位置第 { $line } 行不是 Yumen 写下的内容；请将其删除，从现在起重新跟踪

# 为何无法采集快照
collect-no-region = 没有地域 `{ $region }`；现有 { $known }
collect-strange = 云端返回的 `{ $field }` 为 `{ $value }`，不可能是名称；请检查接入地址
collect-too-old = `{ $path }` 中是始于 { $began } 的未完成快照；当时读取的内容过旧，无法继续：请换一个目录，或删除它
collect-finished = `{ $path }` 中是已完成的快照；请换一个目录
collect-not-empty = `{ $path }` 不是空目录（`{ $other }`）；请换一个新目录
collect-other-scope = `{ $path }` 中是另一账号或另一些地域未完成的快照；请换一个目录，或删除它
collect-in-use = 另一个 `yumen collect` 正在写入 `{ $path }`；请等它结束，或换一个目录
collect-file = 无法写入 `{ $path }`（{ $error }）；请检查路径、权限与磁盘空间
collect-interrupted = 已中断；读到的内容已保留，再次运行同一命令即可继续

# 为何无法发送变更
edit-not-in-snapshot = 快照中没有 `{ $resource }`；请重新采集，或指定其他资源
edit-gone = `{ $resource }` 已不存在；请重新采集
edit-inexpressible = 接口无法在一次调用中表达 `{ $resource }` 的 `{ $field }`；请拆成两次变更，或保持原样
