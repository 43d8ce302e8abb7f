# 文件中编辑操作的问题。
edits-form = `{ $path }` 的写法不对，应为 { $expected }
edits-missing = `{ $path }` 缺少 `{ $key }`，请补上
edits-unknown-key = `{ $path }` 没有 `{ $key }` 这个键；最接近的是 `{ $nearest }`
edits-word = `{ $path }` 没有 `{ $value }` 这个取值；最接近的是 `{ $nearest }`
edits-range = `{ $path }` 须是 { $from } 到 { $to } 之间的整数
edits-value = `{ $value }` 不能作为 `{ $path }` 的值；请写成 `{ $example }` 这样
edits-schema = 格式不是 `{ $expected }`；请写上 `"schema": "{ $expected }"`，或改用写出该文件的 Yumen 版本
edits-json = 不是有效的 JSON：此处是 `{ $found }`，应为其中之一：{ $expected }
edits-json-end = 不是有效的 JSON：文件提前结束，应为其中之一：{ $expected }
edits-json-number = `{ $value }` 不是整数；编辑操作只用整数
edits-json-twice = 键 `{ $key }` 在此出现两次，请删去一个
edits-json-deep = 嵌套过深，不像是编辑操作；请减少嵌套
edits-json-surrogate = 此处的 `\u` 只是半个字符；请直接写出该字符

# 守卫对漂移的说明。
guard-widened = 放通了未经审批的报文
guard-asks = 违反强制项；该环境设置为先询问
guard-no-way-back = 没有能精确撤销它的操作；须立即由人处理
guard-would-cut = 撤销会中断已声明的服务：`{ $intent }`
guard-would-open = 撤销会放通其他报文；须立即由人处理
guard-insists = { $hours } 小时内已撤销过同样的变更，又有人重做；请先与其沟通
guard-brake = 一小时内已撤销 { $number } 次；在有人查看之前暂停自动撤销

# 谁可以决定变更、何时可以执行。
policy-no-people = `yumen.toml` 中没有任何人员，无法提出、审批或执行变更：请用 `yumen key new NAME` 生成密钥，再添加 `[people.NAME]`，写明 `key` 和 `roles`
policy-unknown-person = `yumen.toml` 中没有 `{ $name }` 这个人；最接近的是 `{ $nearest }`
policy-role-propose = `{ $name }` 不能提出 `{ $class }` 类变更：需要角色 `{ $roles }`，拥有该角色的人：{ $others }
policy-role-approve = `{ $name }` 不能审批 `{ $class }` 类变更：需要角色 `{ $roles }`，拥有该角色的人：{ $others }
policy-role-apply = `{ $name }` 不能执行 `{ $class }` 类变更：需要角色 `{ $roles }`，拥有该角色的人：{ $others }
policy-role-emergency = `{ $name }` 不能进行紧急变更（`{ $class }` 类）：需要角色 `{ $roles }`，拥有该角色的人：{ $others }
policy-emergency-approval = 紧急变更无需事前审批；请事后用 `yumen change review` 复核
policy-own-change = 该变更由 `{ $name }` 提出，不能由本人审批；请由他人审批
policy-own-emergency = 该变更由 `{ $name }` 执行，不能由本人复核；请由他人复核
policy-forbidden = 该变更违反强制项，审批也不能放行：请修改编辑操作，或在 `waivers.toml` 中登记豁免
policy-approvals = 已有 { $have } 个审批，共需 { $need } 个，审批人须有角色 `{ $roles }`；还可审批的人：{ $others }
policy-too-few = 已有 { $have } 个审批，共需 { $need } 个，而除提出人外拥有角色 `{ $roles }` 的人只剩：{ $others }；请在 `[people]` 中为他人加上该角色，或改由他人提出
policy-owner = 须由 `{ $place }` 的负责人审批；可审批的人：{ $others }
policy-owner-nobody = 须由 `{ $place }` 的负责人审批，但除提出人外无人负责：请在 `[people]` 中为某人的 `owns` 加上它
policy-freeze = 变更冻结至 { $opens }（{ $rule }）：{ $reason }
policy-freeze-unending = 变更冻结中，其后也没有变更窗口（{ $rule }）：{ $reason }
policy-window = 当前不在该环境的变更窗口内；下一个窗口于 { $opens } 开启
policy-window-never = 该变更涉及的各环境的变更窗口没有共同的时间；请拆分变更，或让窗口重叠
policy-name = 人员须有名字：请写成 `[people.NAME]`
policy-no-key = `{ $name }` 没有密钥，无法签名：请添加 `key`，内容由 `yumen key new { $name }` 给出
policy-key = `{ $value }` 不是验证密钥；应形如 `name+1a2b3c4d+…`，由 `yumen key new` 给出
policy-key-twice = 该密钥已属于 `{ $other }`；每个人都须有自己的密钥
policy-place = `{ $value }` 不能作为负责对象；请写成 `zone:NAME` 或 `role:NAME`
policy-owned = 有人负责 `{ $place }`，但它没有声明；最接近的是 `{ $nearest }`
policy-role-nobody = 没有人拥有角色 `{ $role }`；最接近的是 `{ $nearest }`
policy-no-roles = `{ $key }` 没有写任何角色，将无人可为；请写明角色，或删去该键
policy-empty = `{ $key }` 中有空文本，请删去
policy-rule-forbidden = 任何规则都不能放行被禁止的变更，只有豁免可以

# 变更窗口与冻结期。
window-time = `{ $key }` 的 `{ $value }` 不是一天中的时刻；请写成 `22:00` 这样
window-from = 窗口不能从 `24:00` 开始；请写 `00:00` 并改为后一天
window-empty = 该窗口的开始与结束相同；全天请写 `from = "00:00"`、`until = "24:00"`
window-date = `{ $key }` 的 `{ $value }` 不是日期或时间；请写成 `2026-12-31` 或 `2026-12-31T18:00:00`
window-freeze-order = 该冻结期的结束早于开始；请改正 `from` 和 `until`

# 时区与定时计划。
zone-unknown = 没有 `{ $name }` 这个时区；最接近的是 `{ $nearest }`
schedule-name = 没有 `{ $value }` 这个计划名；最接近的是 `{ $nearest }`
schedule-fields = `{ $value }` 有 { $number } 个字段；应为五个：分、时、日、月、星期
schedule-field = 无法将 `{ $value }` 理解为 `{ $field }`：取值 { $from } 到 { $to }，例如 `*`、`*/5`、`1,15`、`2-10/4`，小的在前
schedule-step = `{ $value }`：步长前须有范围，例如 `5-59/15` 或 `*/15`
schedule-never = `{ $value }` 指定的日期任何月份都没有，永远不会到期

# 审批。
change-not-open = { $phase ->
    [open] 变更 { $number } 待审批；只有待审批的变更可以执行
    [rejected] 变更 { $number } 已被驳回；只有待审批的变更可以执行
    [withdrawn] 变更 { $number } 已撤回；只有待审批的变更可以执行
    [lapsed] 变更 { $number } 已失效；只有待审批的变更可以执行
    [applying] 变更 { $number } 正在执行；只有待审批的变更可以执行
    [stopped] 变更 { $number } 已停止；只有待审批的变更可以执行
    [applied] 变更 { $number } 已生效；只有待审批的变更可以执行
   *[undone] 变更 { $number } 已撤销；只有待审批的变更可以执行
}
change-forbidden = 任何审批都不能放行此变更，它违反强制项：{ $found }；请登记豁免或缩小变更
change-no-containment = 这不是处置：它会放通报文、中断已声明的服务，或由他人提出
change-emergency-end = 变更 { $number } 是紧急变更，却没有在 { $hours } 小时内结束；请重新提出
change-over = 变更 { $number } 原定于 { $until } 结束，已经过期；请重新提出
change-not-to-undo = { $phase ->
    [open] 变更 { $number } 待审批，且未到期；请用 `yumen change propose --rollback 版本` 提出回滚
    [rejected] 变更 { $number } 已被驳回，且未到期；请用 `yumen change propose --rollback 版本` 提出回滚
    [withdrawn] 变更 { $number } 已撤回，且未到期；请用 `yumen change propose --rollback 版本` 提出回滚
    [lapsed] 变更 { $number } 已失效，且未到期；请用 `yumen change propose --rollback 版本` 提出回滚
    [applying] 变更 { $number } 正在执行，且未到期；请用 `yumen change propose --rollback 版本` 提出回滚
    [stopped] 变更 { $number } 已停止，且未到期；请用 `yumen change propose --rollback 版本` 提出回滚
    [applied] 变更 { $number } 已生效，且未到期；请用 `yumen change propose --rollback 版本` 提出回滚
   *[undone] 变更 { $number } 已撤销，且未到期；请用 `yumen change propose --rollback 版本` 提出回滚
}
change-moved = 评估之后网络已变化：{ $count } 块网卡的变化与当时不同（{ $interfaces }），现为 { $class }；请重新提出
approval-bad-signature = { $person } 的签名与变更或 `[people.{ $person }]` 中的密钥不符；请重新签名
approval-nobody = 此处没有 `{ $person }`；请在 yumen.toml 中加入 `[people.{ $person }]`
approval-from-the-future = { $person } 签名所用的时钟超前；请校准时钟后重新签名

# 变更类别。
change-class-tightening = 收紧：只关闭报文，不放通
change-class-neutral = 中性：放行的报文不变
change-class-widening-inside = 内部放宽：放通网络内部的报文
change-class-widening-internet = 对互联网放宽
change-class-forbidden = 禁止：违反强制项
