CREATE TABLE `audit` (
	`stamp` integer NOT NULL,
	`part` integer NOT NULL,
	`method` text NOT NULL,
	`action` text NOT NULL,
	`subject` text,
	`code` integer,
	`count` integer,
	`userId` text,
	`apiKeyId` text,
	`sessionId` text,
	`address` text,
	`requestId` text,
	PRIMARY KEY(`stamp`, `part`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `audit_retention` (
	`id` integer PRIMARY KEY NOT NULL,
	`ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `refusals` (
	`apiKeyId` text NOT NULL,
	`hour` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`apiKeyId`, `hour`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `refusals_hour` ON `refusals` (`hour`);--> statement-breakpoint
ALTER TABLE `clock` ADD `actor` text;--> statement-breakpoint
INSERT INTO `audit_retention` (`id`, `ms`) VALUES (1, 31536000000);--> statement-breakpoint
CREATE TRIGGER `audit_no_update` BEFORE UPDATE ON `audit`
BEGIN SELECT RAISE(ABORT, 'audit_no_update'); END;--> statement-breakpoint
CREATE TRIGGER `audit_no_early_delete` BEFORE DELETE ON `audit`
WHEN OLD.`stamp` > unixepoch('subsec') * 1000 - (SELECT `ms` FROM `audit_retention` WHERE `id` = 1)
BEGIN SELECT RAISE(ABORT, 'audit_no_early_delete'); END;--> statement-breakpoint
CREATE TRIGGER `audit_key_history_create` AFTER INSERT ON `key_history`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'key_history.create',
    json_object('instanceId', NEW.`instanceId`, 'contextId', NEW.`contextId`, 'userId', NEW.`userId`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_hosts_create` AFTER INSERT ON `hosts`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'hosts.create',
    json_object('hostPubKey', NEW.`hostPubKey`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_hosts_delete` BEFORE DELETE ON `hosts`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'hosts.delete',
    json_object('hostPubKey', OLD.`hostPubKey`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_host_urls_create` AFTER INSERT ON `host_urls`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'host_urls.create',
    json_object('hostPubKey', NEW.`hostPubKey`, 'url', NEW.`url`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_host_urls_delete` BEFORE DELETE ON `host_urls`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'host_urls.delete',
    json_object('hostPubKey', OLD.`hostPubKey`, 'url', OLD.`url`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_users_create` AFTER INSERT ON `users`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'users.create',
    json_object('id', NEW.`id`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_users_change` AFTER UPDATE ON `users`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'users.change',
    json_object('id', NEW.`id`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_users_delete` BEFORE DELETE ON `users`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'users.delete',
    json_object('id', OLD.`id`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_api_keys_create` AFTER INSERT ON `api_keys`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'api_keys.create',
    json_object('id', NEW.`id`, 'userId', NEW.`userId`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_api_keys_change` AFTER UPDATE ON `api_keys`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'api_keys.change',
    json_object('id', NEW.`id`, 'userId', NEW.`userId`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_api_keys_delete` BEFORE DELETE ON `api_keys`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'api_keys.delete',
    json_object('id', OLD.`id`, 'userId', OLD.`userId`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_sessions_create` AFTER INSERT ON `sessions`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'sessions.create',
    json_object('id', NEW.`id`, 'apiKeyId', NEW.`apiKeyId`), coalesce(`actor` ->> 'userId', (SELECT `userId` FROM `api_keys` WHERE `id` = NEW.`apiKeyId`)), coalesce(`actor` ->> 'apiKeyId', NEW.`apiKeyId`), `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_sessions_refresh` AFTER UPDATE OF `generation` ON `sessions`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'sessions.refresh',
    json_object('id', NEW.`id`, 'apiKeyId', NEW.`apiKeyId`), coalesce(`actor` ->> 'userId', (SELECT `userId` FROM `api_keys` WHERE `id` = NEW.`apiKeyId`)), coalesce(`actor` ->> 'apiKeyId', NEW.`apiKeyId`), `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_sessions_delete` BEFORE DELETE ON `sessions`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'sessions.delete',
    json_object('id', OLD.`id`, 'apiKeyId', OLD.`apiKeyId`), coalesce(`actor` ->> 'userId', (SELECT `userId` FROM `api_keys` WHERE `id` = OLD.`apiKeyId`)), coalesce(`actor` ->> 'apiKeyId', OLD.`apiKeyId`), `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_ssh_keys_create` AFTER INSERT ON `ssh_keys`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'ssh_keys.create',
    json_object('id', NEW.`id`, 'userId', NEW.`userId`, 'fingerprint', NEW.`fingerprint`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_ssh_keys_change` AFTER UPDATE ON `ssh_keys`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'ssh_keys.change',
    json_object('id', NEW.`id`, 'userId', NEW.`userId`, 'fingerprint', NEW.`fingerprint`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_ssh_keys_delete` BEFORE DELETE ON `ssh_keys`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'ssh_keys.delete',
    json_object('id', OLD.`id`, 'userId', OLD.`userId`, 'fingerprint', OLD.`fingerprint`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;--> statement-breakpoint
CREATE TRIGGER `audit_ssh_compromised_create` AFTER INSERT ON `ssh_compromised`
BEGIN INSERT INTO `audit` (`stamp`, `part`, `method`, `action`, `subject`, `userId`, `apiKeyId`, `sessionId`, `address`, `requestId`)
  SELECT `last`, coalesce((SELECT max(`part`) FROM `audit` WHERE `stamp` = `last`), -1) + 1, `actor` ->> 'method', 'ssh_compromised.create',
    json_object('userId', NEW.`userId`, 'fingerprint', NEW.`fingerprint`), `actor` ->> 'userId', `actor` ->> 'apiKeyId', `actor` ->> 'sessionId', `actor` ->> 'address', `actor` ->> 'requestId'
  FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `actor` IS NOT NULL; END;
