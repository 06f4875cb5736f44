/** Sources that come with the engine: they turn what they read into records with positions. */
package io.penstock.engine.ingress;
