/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness_lists.h"

#include <stddef.h>

const char *const likeness_stop_words[] = {
    /* English */
    "a an the and or but nor of to in on for at by from as with without within into onto upon over",
    "under between among through throughout during before after since until against about above",
    "across around toward towards via per than then is are am be been being was were has have had",
    "having do does did done can could may might must shall should will would this that these "
    "those",
    "it its they them their there here who whom whose which what when where why how he she his her",
    "we our you your i not no if so such while because therefore however yet still already often",
    "especially particularly together up out see both each any all some more most other another "
    "also too",
    "very only own same inter alia including include includes included e g etc re",
    /* numbering */
    "ii iii iv vi vii viii ix xi xii",
    /* French */
    "le la les un une des du de au aux et ou ni mais donc car que qui quoi dont ou ce cet cette "
    "ces",
    "cela ceci il elle ils elles on nous vous se sa son ses leur leurs sur sous dans en par pour",
    "avec sans entre vers chez depuis pendant avant apres contre selon lors ainsi aussi plus moins",
    "tres tout toute tous toutes est sont ete etre soit soient ait aient a ont avoir fait ne pas y",
    "notamment compris comme meme afin qu jusqu lorsqu puisqu",
    /* Spanish */
    "el los las unos unas una uno del al y o u e pero que quien quienes cual cuales cuyo cuya su "
    "sus",
    "se lo le les este esta estos estas ese esa esos esas eso esto ello ellos ellas en por para "
    "con",
    "sin sobre entre hacia hasta desde durante ante bajo contra segun como mas menos muy todo toda",
    "todos todas es son sea sean ser sido fue han ha haya hay no ni asi tambien incluido incluida",
    "incluidos incluidas particular", NULL};

const char *const likeness_common_words[] = {
    /* English: what is done */
    "achieve act adapt address adopt agree align allow analyse apply assess assist build carry",
    "clarify collaborate commit communicate complete comply conduct consider consult continue",
    "contribute cooperate coordinate create define deliver demonstrate design determine develop",
    "draw enable encourage engage enhance ensure establish evaluate examine expand explore extend",
    "facilitate finalise finalize focus follow formulate guarantee guide identify implement "
    "improve",
    "incorporate increase inform initiate integrate introduce invest involve keep lead learn",
    "leverage maintain make manage maximise maximize measure monitor need operate organise "
    "organize",
    "participate perform plan prepare present prioritise prioritize proceed produce promote "
    "propose",
    "provide pursue put reach recommend reduce reflect reinforce report request require respond",
    "review revise seek set share strengthen submit suggest support sustain take track undertake",
    "update use utilise utilize work",
    /* English: what it is done with */
    "ability activity agency approach area aspect attention baseline basis benefit capacity case",
    "challenge change commitment component concept consistency context core country cycle data",
    "decision depth effect effort element entity evidence experience factor finding framework",
    "function gap goal government group impact indicator information initiative input institution",
    "interest intervention issue knowledge lesson level mandate means mechanism method model "
    "nation",
    "objective office opportunity option organisation organization outcome output part partner",
    "partnership party period policy position possibility practice priority procedure process",
    "programme program progress project purpose quality range recommendation relation resource",
    "response result risk role scale sector situation staff stakeholder standard state step",
    "strategy structure success system target task team term theme time timeframe tool unit value",
    "way year human right account accordance application articulation end manner matter month",
    "monitoring number order place reason regard requirement respect start tracking utilisation",
    "utilization first second third one two three four five six several many",
    /* English: of what kind */
    "adequate annual appropriate available clear common comprehensive concrete consistent daily",
    "different effective efficient existing full further general global good great high important",
    "international key large local long national necessary new next ongoing overall possible",
    "potential practical present previous regional regular relevant rigorous short significant",
    "strategic strong sustainable systematic thematic timely useful various well wide",
    "better best broad broader greater higher larger longer wider",
    /* French */
    "accroitre adopter ameliorer analyser appliquer apporter appuyer assurer atteindre augmenter",
    "collaborer completer concevoir conduire considerer continuer contribuer cooperer coordonner",
    "creer definir developper elaborer elargir encourager engager envisager etablir etendre "
    "evaluer",
    "examiner faciliter favoriser fournir garantir gerer identifier impliquer informer integrer",
    "introduire maintenir mener mettre organiser participer planifier poursuivre prendre preparer",
    "presenter prevoir proceder promouvoir proposer realiser recommander reduire reexaminer",
    "renforcer repondre reviser soumettre soutenir suivre utiliser veiller viser",
    "action activite approche attention bureau cadre capacite changement connaissance contexte",
    "cooperation donnee duree effet effort element etat etape gestion gouvernement groupe impact",
    "indicateur information initiative institution mandat maniere mecanisme mesure methode moyen",
    "niveau objectif oeuvre organisation outil partenaire partenariat pays periode personnel plan",
    "politique position possibilite pratique priorite procedure processus programme progres projet",
    "qualite question rapport recommandation region reponse ressource resultat risque role secteur",
    "service situation strategie structure suivi systeme tache temps terme travail unite vue",
    "annuel approprie bon clair commun complet concret different disponible durable efficace",
    "existant general grand important international local long national necessaire nouveau "
    "nouvelle",
    "pertinent possible prochain regional regulier specifique strategique systematique utile",
    "droit homme humain application egard fin fois lieu matiere mois nombre ordre raison titre",
    "meilleur premier deuxieme deux trois quatre cinq six plusieurs",
    /* Spanish */
    "abordar actualizar adoptar alcanzar ampliar analizar apoyar aplicar aprobar asegurar aumentar",
    "colaborar completar considerar continuar contribuir cooperar coordinar crear cumplir definir",
    "desarrollar disenar elaborar establecer evaluar examinar facilitar favorecer fomentar",
    "formular fortalecer garantizar gestionar identificar impulsar incorporar incrementar informar",
    "iniciar integrar intensificar introducir lograr llevar mantener mejorar organizar participar",
    "planificar poner preparar presentar prestar priorizar proceder promover proporcionar "
    "proseguir",
    "realizar recomendar reducir reforzar responder revisar seguir tener tomar utilizar velar",
    "accion actividad apoyo area aspecto atencion base cambio capacidad conocimiento contexto",
    "cooperacion dato efecto elemento enfoque esfuerzo estado estrategia estructura etapa gestion",
    "gobierno grupo impacto indicador informacion informe iniciativa institucion mandato manera",
    "marco mecanismo medida medio metodo nivel objetivo oficina organizacion pais parte periodo",
    "personal plan politica posibilidad practica prioridad procedimiento proceso programa progreso",
    "proyecto recomendacion recurso region respuesta resultado riesgo sector servicio seguimiento",
    "sistema situacion socio tarea tiempo trabajo unidad vista",
    "adecuado anual claro comun completo concreto diferente disponible eficaz especifico",
    "estrategico existente general importante internacional local nacional necesario nuevo",
    "aplicacion cuenta fin lugar mes numero orden razon respecto utilizacion mayor mejor primero",
    "segundo dos tres cuatro cinco seis varios",
    "pertinente plazo posible proximo regional sistematico sostenible derecho humano", NULL};

const char *const likeness_purpose_openers[] = {
    "in order to", "so as to", "so that", "with a view to", "with the aim of", "with the goal of",
    "with the objective of", "for the purpose of", "thereby", "to allow", "to enable", "to enhance",
    "to ensure", "to facilitate", "to help", "to maximise", "to maximize",
    /* French */
    "afin de", "afin d", "afin que", "afin qu", "en vue de", "en vue d", "dans le but de",
    "dans le but d", "de maniere a", "de facon a", "pour que", "pour qu", "pour assurer",
    "pour faciliter", "pour garantir", "pour permettre",
    /* Spanish */
    "a fin de", "con el fin de", "con miras a", "con el objetivo de", "con el objeto de",
    "con el proposito de", "de manera que", "de modo que", "para que", "para asegurar",
    "para facilitar", "para garantizar", "para permitir", NULL};

const char *const likeness_outcome_openers[] = {"this would allow",
                                                "this would enable",
                                                "this would ensure",
                                                "this would help",
                                                "this will allow",
                                                "this will enable",
                                                "this will ensure",
                                                "this will help",
                                                "this should allow",
                                                "this should help",
                                                "cela permettra",
                                                "cela permettrait",
                                                "ceci permettra",
                                                "ceci permettrait",
                                                "ce qui permettra",
                                                "ce qui permettrait",
                                                "esto permitira",
                                                "esto permitiria",
                                                "ello permitira",
                                                "ello permitiria",
                                                "lo que permitira",
                                                "lo que permitiria",
                                                NULL};

const char *const likeness_means_words[] = {
    "action actions effort efforts measure measures necessary needed step steps required",
    "effort efforts mesure mesures necessaire necessaires disposition dispositions",
    "esfuerzo esfuerzos medida medidas necesaria necesarias disposiciones acciones", NULL};
