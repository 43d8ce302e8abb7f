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
