# 无法打开存储的原因
store-location = `{ $text }` 不是存储的位置；请填写文件路径，或 `postgres://用户@主机/数据库`
store-missing = `{ $location }` 处尚无存储；`yumen version record` 可创建，`--state` 与 YUMEN_STATE 可指定其他位置
store-not-yumen = `{ $location }` 中的内容不是 Yumen 的存储；请为 Yumen 单独准备文件或数据库（或 schema：`?options=-csearch_path%3Dyumen`）
store-newer = 存储的版本是 { $found }，本程序最高支持 { $known }；请使用更新版本的 Yumen
store-origin = 存储中的账本是 `{ $found }`，而不是 `{ $wanted }`；请把该账本的 `keys` 目录放回存储旁，或打开其他存储
# 数据库的反馈
store-gone = 无法连接数据库（{ $error }）；请确认数据库正在运行后重试，已确认的内容不会丢失
store-full = 存储空间已满（{ $error }）；请腾出空间后重试，没有写入一半的内容
store-locked = 数据库被其他程序锁定（{ $error }）；请等待或结束该程序后重试
store-refused = 数据库拒绝访问（{ $error }）；请检查 `YUMEN_DATABASE_URL` 中的用户名、密码和权限
store-read-only = 存储以只读方式打开；请使用可写入的命令，并检查文件权限
store-corrupted = 存储已损坏：{ $what }；请先保留副本，运行 `yumen store check`，再把最近的备份恢复到新位置
store-database = 数据库报错（{ $error }）；请运行 `yumen store check`
store-file = 无法读写 `{ $path }`（{ $error }）；请检查路径和权限
# 追加与签名
store-moved = 其他人先写入了：账本现有 { $size } 条记录；请查看新增内容后重新决定
store-clock = 时钟被回拨：当前时间为 { $at }，而最后一条记录写于 { $last }；请校准时钟（NTP）后重试
store-fork = 账本在 { $signed } 条记录时已签名，而数据库中有 { $size } 条或内容不同，比 `{ $path }` 记载的旧。请恢复更新的备份；若没有，请以新的 origin 另起账本，并告知所有持有检查点的人。请勿删除该文件
store-unsigned = 从第 { $first } 条起的记录已写入，但 { $size } 条记录的检查点未能签名（{ $because }）；请勿重复提交，下次追加时会补签
store-name = `{ $name }` 不能用作名称或键：为空或含控制字符
store-signing = 签名失败（{ $error }）；请检查密钥文件
# 快照、租约、备份
store-no-snapshot = 没有快照 `{ $address }`；`yumen version list` 可列出保留的快照
store-held = `{ $name }` 由 { $holder } 持有至 { $until }；请等待，或结束该程序
store-lease-lost = `{ $name }` 已被其他程序接管；本程序停止工作
store-not-a-backup = `{ $path }` 不是存储的备份；备份由 `yumen store backup` 生成
store-bad-backup = 备份 `{ $path }` 已损坏（{ $what }）；存储保持原样，请使用其他备份
store-other-export = `{ $path }` 中的内容不是本账本的导出；请另选目录
# 密钥文件
store-key-open = 其他用户可以读取密钥文件 `{ $path }`；请对它执行 `chmod 600`，若可能已被读取，请更换密钥
store-key-file = `{ $path }` 不是密钥文件；应包含 PEM 格式的 PKCS#8 Ed25519 与 ML-DSA-44 密钥
store-passphrase = `{ $path }` 的口令错误，或文件已损坏
store-no-passphrase = 密钥文件 `{ $path }` 已加密；请把口令放入 YUMEN_KEY_PASSPHRASE
store-exists = `{ $path }` 已存在；请移走它，或另取名称
# 检查结果
store-check-database = 数据库发现其文件已损坏：{ $said }
store-check-missing = 缺少第 { $entry } 条记录
store-check-time = 第 { $entry } 条记录的时间早于前一条
store-check-entry = 第 { $entry } 条记录无法读取
store-check-hash = 第 { $entry } 条记录与默克尔树中的不一致
store-check-end = 账本末尾的大小、时间或哈希与记录不符；`yumen store rebuild` 可重新计算
store-check-beyond = 账本共 { $size } 条记录，其后还有多余的记录
store-check-tree = 瓦片得不出记录的根哈希；`yumen store rebuild` 可重新计算
store-check-checkpoint = { $size } 条记录的检查点与记录不符
store-check-index = 索引有 { $found } 个键，而记录应有 { $expected } 个，或键不相同；`yumen store rebuild` 可重建索引
store-check-blob = 内容 { $hash } 与其名称不符
store-check-snapshot = 快照 `{ $address }` 无法还原：{ $what }
store-check-damaged = 账本无法读到末尾：{ $what }
