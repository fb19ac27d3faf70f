CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`userId` text NOT NULL,
	`name` text NOT NULL,
	`publicKey` text,
	`sealedSecret` text,
	`maxScope` text NOT NULL,
	`permissions` integer NOT NULL,
	`ipAddrs` text,
	`enabled` integer NOT NULL,
	`createDate` integer NOT NULL,
	FOREIGN KEY (`userId`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "api_keys_one_kind" CHECK(("api_keys"."publicKey" IS NULL) <> ("api_keys"."sealedSecret" IS NULL)),
	CONSTRAINT "api_keys_enabled" CHECK("api_keys"."enabled" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE INDEX `api_keys_user` ON `api_keys` (`userId`,`createDate`);--> statement-breakpoint
CREATE TABLE `clock` (
	`id` integer PRIMARY KEY NOT NULL,
	`last` integer NOT NULL,
	`epoch` text NOT NULL,
	`hostCount` integer NOT NULL,
	`restoring` integer NOT NULL,
	CONSTRAINT "clock_one_row" CHECK("clock"."id" = 1),
	CONSTRAINT "clock_restoring" CHECK("clock"."restoring" IN (0, 1)),
	CONSTRAINT "clock_host_bound" CHECK("clock"."hostCount" BETWEEN 0 AND 10000)
) STRICT;
--> statement-breakpoint
CREATE TABLE `host_urls` (
	`url` text PRIMARY KEY NOT NULL,
	`hostPubKey` text NOT NULL,
	`stamp` integer NOT NULL,
	FOREIGN KEY (`hostPubKey`) REFERENCES `hosts`(`hostPubKey`) ON UPDATE no action ON DELETE cascade
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `host_urls_host` ON `host_urls` (`hostPubKey`,`stamp`);--> statement-breakpoint
CREATE TABLE `hosts` (
	`hostPubKey` text PRIMARY KEY NOT NULL,
	`stamp` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `installation` (
	`id` integer PRIMARY KEY NOT NULL,
	`ownerId` text NOT NULL,
	`createDate` integer NOT NULL,
	FOREIGN KEY (`ownerId`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "installation_one_row" CHECK("installation"."id" = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `key_history` (
	`instanceId` text NOT NULL,
	`contextId` text NOT NULL,
	`userId` text NOT NULL,
	`createDate` integer NOT NULL,
	`userPubKey` text,
	`entry` integer NOT NULL,
	PRIMARY KEY(`instanceId`, `contextId`, `userId`, `createDate`),
	CONSTRAINT "key_history_bound" CHECK("key_history"."entry" BETWEEN 1 AND 10000)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `key_history_date` ON `key_history` (`createDate`);--> statement-breakpoint
CREATE TABLE `nonces` (
	`apiKeyId` text NOT NULL,
	`hash` text NOT NULL,
	`owner` text NOT NULL,
	`expires` integer NOT NULL,
	PRIMARY KEY(`apiKeyId`, `hash`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `nonces_expiry` ON `nonces` (`expires`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`apiKeyId` text NOT NULL,
	`name` text,
	`scope` text NOT NULL,
	`permissions` integer NOT NULL,
	`ipAddrs` text,
	`connectionId` text,
	`accessMs` integer NOT NULL,
	`generation` integer NOT NULL,
	`accessExpires` integer NOT NULL,
	`refreshExpires` integer NOT NULL,
	`createDate` integer NOT NULL,
	FOREIGN KEY (`apiKeyId`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `sessions_api_key` ON `sessions` (`apiKeyId`,`createDate`);--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_name` ON `sessions` (`apiKeyId`,`name`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`refreshExpires`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`createDate` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_username` ON `users` ("username" COLLATE NOCASE);
--> statement-breakpoint
INSERT INTO `clock` (`id`, `last`, `epoch`, `hostCount`, `restoring`) VALUES (1, 0, lower(hex(randomblob(16))), 0, 0);--> statement-breakpoint
CREATE TRIGGER `clock_only_forward` BEFORE UPDATE OF `last` ON `clock`
WHEN NEW.`last` < OLD.`last`
BEGIN SELECT RAISE(ABORT, 'clock_only_forward'); END;--> statement-breakpoint
CREATE TRIGGER `clock_is_kept` BEFORE DELETE ON `clock`
BEGIN SELECT RAISE(ABORT, 'clock_is_kept'); END;--> statement-breakpoint
CREATE TRIGGER `installation_is_kept` BEFORE DELETE ON `installation`
BEGIN SELECT RAISE(ABORT, 'installation_is_kept'); END;--> statement-breakpoint
CREATE TRIGGER `key_history_no_update` BEFORE UPDATE ON `key_history`
BEGIN SELECT RAISE(ABORT, 'key_history_no_update'); END;--> statement-breakpoint
CREATE TRIGGER `key_history_no_delete` BEFORE DELETE ON `key_history`
WHEN (SELECT `restoring` FROM `clock` WHERE `id` = 1) = 0
BEGIN SELECT RAISE(ABORT, 'key_history_no_delete'); END;--> statement-breakpoint
CREATE TRIGGER `key_history_stamped_by_clock` BEFORE INSERT ON `key_history`
WHEN EXISTS (SELECT 1 FROM `clock` WHERE `id` = 1 AND `restoring` = 0 AND `last` <> NEW.`createDate`)
BEGIN SELECT RAISE(ABORT, 'key_history_stamped_by_clock'); END;--> statement-breakpoint
CREATE TRIGGER `key_history_follows_newest` BEFORE INSERT ON `key_history`
WHEN (SELECT `restoring` FROM `clock` WHERE `id` = 1) = 0 AND NOT EXISTS (
  SELECT 1 FROM (SELECT 0 AS `entry`, NULL AS `userPubKey`, -1 AS `createDate`
    UNION ALL SELECT `entry`, `userPubKey`, `createDate` FROM (SELECT `entry`, `userPubKey`, `createDate` FROM `key_history`
      WHERE `instanceId` = NEW.`instanceId` AND `contextId` = NEW.`contextId` AND `userId` = NEW.`userId`
      ORDER BY `createDate` DESC LIMIT 1)
    ORDER BY `createDate` DESC LIMIT 1)
  WHERE `entry` + 1 = NEW.`entry` AND `createDate` < NEW.`createDate` AND `userPubKey` IS NOT NEW.`userPubKey`)
BEGIN SELECT RAISE(ABORT, 'key_history_follows_newest'); END;--> statement-breakpoint
CREATE TRIGGER `hosts_counted_up` AFTER INSERT ON `hosts`
BEGIN UPDATE `clock` SET `hostCount` = `hostCount` + 1 WHERE `id` = 1; END;--> statement-breakpoint
CREATE TRIGGER `hosts_counted_down` AFTER DELETE ON `hosts`
BEGIN UPDATE `clock` SET `hostCount` = `hostCount` - 1 WHERE `id` = 1; END;--> statement-breakpoint
CREATE TRIGGER `host_urls_bound` BEFORE INSERT ON `host_urls`
WHEN (SELECT count(*) FROM `host_urls` WHERE `hostPubKey` = NEW.`hostPubKey`) >= 32
BEGIN SELECT RAISE(ABORT, 'host_urls_bound'); END;--> statement-breakpoint
CREATE TRIGGER `api_keys_bound` BEFORE INSERT ON `api_keys`
WHEN (SELECT count(*) FROM `api_keys` WHERE `userId` = NEW.`userId`) >= 10
BEGIN SELECT RAISE(ABORT, 'api_keys_bound'); END;--> statement-breakpoint
CREATE TRIGGER `sessions_refresh_once` BEFORE UPDATE OF `generation` ON `sessions`
WHEN NEW.`generation` <> OLD.`generation` + 1
BEGIN SELECT RAISE(ABORT, 'sessions_refresh_once'); END;
