# 变更控制中可能出现的问题。
operation-settings = `{ $path }` 有 { $count } 处错误；请改正后重试
operation-file = 无法使用 `{ $path }`：{ $error }
operation-edit = 操作与网络现状不符：{ $error }
operation-event = 账本中有本版本不理解的条目：{ $error }；请使用写入它的版本
operation-entangled = 规则过于纠缠，无法精确比较：{ $error }
refused-no-change = 没有变更 { $number }；`yumen change list` 列出全部
refused-phase = { $phase ->
    [open] 变更 { $number } 待审批，现在不能这样做；`yumen change show { $number }` 显示详情
    [rejected] 变更 { $number } 已被驳回，现在不能这样做；`yumen change show { $number }` 显示详情
    [withdrawn] 变更 { $number } 已撤回，现在不能这样做；`yumen change show { $number }` 显示详情
    [lapsed] 变更 { $number } 已失效，现在不能这样做；`yumen change show { $number }` 显示详情
    [applying] 变更 { $number } 正在执行，现在不能这样做；`yumen change show { $number }` 显示详情
    [stopped] 变更 { $number } 已停止，现在不能这样做；`yumen change show { $number }` 显示详情
    [applied] 变更 { $number } 已生效，现在不能这样做；`yumen change show { $number }` 显示详情
   *[undone] 变更 { $number } 已撤销，现在不能这样做；`yumen change show { $number }` 显示详情
}
refused-again = { $person } 已对变更 { $number } 作过决定
refused-overlaps = 变更 { $number } 也涉及 `{ $resource }` 且尚未完成；请先完成或撤销它
refused-order = 与账本已有内容不能衔接：{ $error }
order-too-many-rules = `{ $resource }` 还能容纳 { $spare } 条规则，途中需要 { $needed } 条；请先合并规则
order-too-many-rules-before = `{ $resource }` 所属安全组合计最多 { $most } 条规则，途中会超出；请先合并规则
order-too-many-groups = `{ $resource }` 最多加入 { $most } 个安全组，途中会超出；请先退出一个
order-mixed-groups = `{ $resource }` 会同时属于普通与企业级安全组，云平台不允许；请在维护窗口内手动迁移
order-no-group = `{ $resource }` 会不属于任何安全组，云平台不允许；请先加入另一个
order-none = 执行 { $after } 步之后，任何下一步都会放通或中断报文；请缩小变更，或约定维护窗口
order-not-found = 尝试 { $tried } 次仍未找到安全顺序；请缩小变更
withdraw-not-yours = 变更 { $number } 由 { $person } 提出；只有提出者能撤回，其他人可以驳回
review-no-group = 账号中没有安全组 `{ $group }`；请核对编号
review-foreign-keys = `{ $person }` 在此处的密钥不是 yumen.toml 中 `[people.{ $person }]` 的密钥；`yumen key show { $person }` 可显示
review-by-proposer = 此紧急变更由 { $person } 提出，须由他人复核
change-edit-gone = 评估之后网络已变化，操作不再适用：{ $error }；请重新提出
change-unread = 现在无法读取 `{ $group }` 的全部规则，因此不作任何决定；请重试，`yumen doctor` 会指出缺少哪些权限
change-other-account = 变更属于账号 { $account }，而凭证属于 { $own }；请使用 `--profile`
change-stopped = 变更 { $number } 已停止：{ $of } 步中已生效 { $done } 步；`yumen change apply { $number }` 继续，`yumen change undo { $number }` 撤销
snapshot-other = 存储中 { $address } 之下保存的是另一份快照 { $found }；有人改动过，请恢复备份
cosign-nothing = 账本为空，没有可联署的内容
cosign-unreachable = 无法连接见证者 { $url }：{ $error }
cosign-refused = 见证者 { $url } 不予联署：{ $status } { $body }
notices-texts = 无法读取通知文本：{ $error }
notices-undelivered = 通知未能送达 `{ $channel }`：{ $title }
watch-contained = 变更 { $change } 只关闭了违反强制项的报文；已建立的会话最长可能再持续 { $seconds } 秒
watch-contains = 关闭漂移 { $drift } 所放通的报文
watch-takes-back = 撤销漂移 { $drift }
live-ineffective = 云平台已接受（请求 { $request }），但并未生效；可能与他人同时修改
live-underway = 云平台尚在处理（请求 { $request }）
watch-not-contained = 未能撤销
watch-ended = 进程在开始执行之前已结束
watch-entry = 账本条目 { $entry } 与之前的内容不能衔接，不予理会：{ $error }；有人绕过 Yumen 写入，请查明谁能写入存储
watch-refused = 变更 { $change } 以 Yumen 的名义开始，但没有许可；不再执行
watch-proposed = 变更 { $change } 提议撤销它：`yumen change show { $change }`
check-compared = 评分 { $before } → { $after }，问题 { $findings_before } → { $findings } 个
check-missed = 停机期间错过 { $count } 次
audit-written = 报告位于 { $path }
audit-next = 下一步：yumen change list
notice-proposed = 漂移 { $number }：未经审批放通，已提议撤销
notice-contained = 漂移 { $number }：未经审批放通，已处置关闭
notice-escalated = 漂移 { $number }：未经审批放通，须由人决定
notice-expired = 变更 { $number } 到期，已撤销
notice-failed = 有操作未能完成，须由人查看
notice-checked = 每日检查完成
notice-audited = 季度审计完成
notify-severity-too-low = 该通道不接收此等级的通知；请调低 `severity`
change-interrupted = 执行被中断
change-in-hand = 变更 { $number } 正由 { $holder } 执行；请等待 { $seconds } 秒，或由其继续
containment-left = 执行被中断，余下部分未经审批不得执行
watch-trail-silent = 无法查询操作审计；改为定期读取全部内容来发现变化，但无法得知操作者
