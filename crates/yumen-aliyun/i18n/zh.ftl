# 无法得到快照的原因
read-not-a-directory = `{ $path }` 不是目录；请指定存放 API 响应的目录
read-empty = `{ $path }` 中没有 API 响应；应有 `cn-hangzhou/ecs/DescribeInstances.json` 这样的文件（`<地域>/<产品>/<Action>.json`）
read-io = 无法列出 `{ $path }`（{ $error }）；请检查读取权限

# 未采集
gap-no-file = 缺少 `{ $path }`；请采集 `{ $action }`
gap-no-resource-file = 缺少 `{ $path }`，`{ $id }` 的内容未知；请对它采集 `{ $action }`
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
gap-no-peer = 规则没有写明对端（`{ $field }` 为 `{ $value }`），按任意地址处理；请检查规则

# 互相矛盾
gap-duplicate = `{ $id }` 出现两次且内容不同；请在同一时间重新采集
gap-unresolved = 引用了 `{ $id }`，但它是未读取项；请采集它
gap-group-not-listed = 安全组 `{ $id }` 不在列表中，按普通安全组处理；请重新采集列表
gap-group-kind-assumed = 未读取到说明安全组 `{ $id }` 类型的列表，按普通安全组处理；请采集 `DescribeSecurityGroups`
gap-interface-not-listed = 弹性网卡 `{ $id }` 只能从所属实例得知；请采集 `DescribeNetworkInterfaces`
