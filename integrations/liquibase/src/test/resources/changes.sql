--liquibase formatted sql

--changeset shop:1
CREATE ALIAS ARRIVE FOR "io.dflockd.liquibase.Gate.arrive";
CALL ARRIVE();

--changeset shop:2
CREATE TABLE orders (id BIGINT PRIMARY KEY);
INSERT INTO orders VALUES (1);
